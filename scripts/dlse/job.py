"""What every Snakemake script job has in common: its log and its errors."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from dlse.errors import UserError


@contextmanager
def job(log: str) -> Iterator[TextIO]:
    """Send what the body prints to the file `log`, line by line as it comes; yield the
    terminal, for the little that a user must see at once.

    A `UserError` ends the job with its one sentence, in the log and on the terminal;
    any other exception is a defect of the workflow, and its traceback goes to the log.
    """
    terminal = sys.stderr
    with (
        open(log, "w", buffering=1, encoding="utf-8") as stream,
        redirect_stdout(stream),
        redirect_stderr(stream),
    ):
        try:
            yield terminal
        except UserError as error:
            print(f"Error: {error}")
            print(f"Error: {error}", file=terminal, flush=True)
            raise SystemExit(1) from None
        except Exception:
            traceback.print_exc()
            raise SystemExit(1) from None
