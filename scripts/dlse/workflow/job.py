"""What all jobs share: the log, and how errors are reported."""

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


class NoCompiler(types.ModuleType):
    """Stands in for PyTorch's compiler, which no job uses.

    PyTorch's optimizers import the compiler at their first step, which takes longer than importing
    PyTorch itself, but need only two functions of it, which do nothing here. Any other attribute
    loads the real module. This is the one place where the workflow relies on what PyTorch does not
    document; tests/core/test_job.py would notice a change.
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
    """Send what the body prints to the file `log`, line by line. Yield the terminal, for the few
    lines that a user must see at once.

    A `UserError` ends the job with one sentence in the log and on the terminal. Any other exception
    is a defect of the workflow, and its traceback goes to the log. The last line of the log is the
    CPU time and memory that the job took, which tells what to request from a cluster.
    """
    terminal, started = sys.stderr, time.process_time()
    # Objects made by imports live until the process ends. To search them for garbage takes a third
    # of the time that importing torch takes.
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
            print(
                f"took {time.process_time():.2f} CPU s, {started:.2f} of them to start, and at "
                f"most {peak:.0f} MiB of memory"
            )


def listed(values: Mapping) -> str:
    """`values` as "name value, name value, …", for the log."""
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, Real) else f"{name} {value}"
        for name, value in values.items()
    )


def counted_progress(what: str, done: int, total: int, seconds: float) -> None:
    """Print how many of `total` networks, blocks, … are done, and the time left. seconds: the CPU
    seconds that they took so far."""
    each = seconds / max(done, 1)
    print(f"{done} of {total} {what}, {each:.3g} CPU s each, {each * (total - done):.0f} s left")
