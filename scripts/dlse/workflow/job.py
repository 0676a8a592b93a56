"""What every Snakemake script job has in common: its log and its errors."""

import gc
import importlib
import resource
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from numbers import Real
from typing import TextIO

from dlse.workflow.errors import UserError
from dlse.workflow.took import Took


class NoCompiler(types.ModuleType):
    """What PyTorch's optimizers call of its compiler, where nothing is compiled: nothing.

    They import the compiler at their first step, which takes longer than to import PyTorch.
    Whoever asks for anything else gets the real module.
    """

    def __getattr__(self, name: str):
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), name)

    @staticmethod
    def disable(function: Callable, *_, **__) -> Callable:
        return function

    @staticmethod
    def graph_break() -> None:
        pass


@contextmanager
def job(log: str) -> Iterator[TextIO]:
    """Send what the body prints to the file `log`, line by line as it comes; yield the
    terminal, for the little that a user must see at once.

    A `UserError` ends the job with its one sentence, in the log and on the terminal;
    any other exception is a defect of the workflow, and its traceback goes to the log.
    The log ends with what the job took, which is what a cluster must be asked for.
    """
    terminal, started = sys.stderr, time.process_time()
    # What the imports made stays to the end; to search it for garbage, at the latest as the
    # process ends, takes a third of the time that importing torch does.
    gc.freeze()
    sys.modules.setdefault("torch._dynamo", NoCompiler("torch._dynamo"))
    with (
        open(log, "w", buffering=1, encoding="utf-8") as stream,
        redirect_stdout(stream),
        redirect_stderr(stream),
    ):
        try:
            yield terminal
        except UserError as error:
            print(f"Error: {error}", file=terminal, flush=True)
            print(f"Error: {error}")
            raise SystemExit(1) from None
        except Exception:
            traceback.print_exc()
            raise SystemExit(1) from None
        finally:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(Took(time.process_time(), started, peak).line())


def listed(values: Mapping) -> str:
    """ "name value, name value, …", for a line in the log."""
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, Real) else f"{name} {value}"
        for name, value in values.items()
    )


def counted_progress(what: str, done: int, total: int, seconds: float) -> None:
    """Print one line about `done` of `total` networks, blocks, … that took so many CPU seconds."""
    each = seconds / max(done, 1)
    print(f"{done} of {total} {what}, {each:.3g} CPU s each, {each * (total - done):.0f} s left")
