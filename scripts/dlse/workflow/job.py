"""What all jobs share: the log, and how errors are reported."""

import ctypes
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
    """Stands in for PyTorch's compiler, which no job uses.

    PyTorch's optimizers import the compiler at their first step, which takes longer than importing
    PyTorch itself, but need only two functions of it, which do nothing here. Any other attribute
    loads the real module.
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


def keep_freed_memory() -> None:
    """Let the C library keep freed memory for the next allocation instead of giving it back to the
    kernel, which would clear each page again. A step of training allocates and frees the same
    large blocks; with convolutions, the cleared pages were a third of its time.

    Does nothing where the C library has no `mallopt` (it is part of glibc).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        trim_threshold, mmap_max = -1, -4  # names of malloc.h
        mallopt(mmap_max, 0)
        mallopt(trim_threshold, 2**31 - 1)


@contextmanager
def job(log: str) -> Iterator[TextIO]:
    """Send what the body prints to the file `log`, line by line. Yield the terminal, for the few
    lines that a user must see at once.

    A `UserError` ends the job with one sentence in the log and on the terminal. Any other exception
    is a defect of the workflow, and its traceback goes to the log. The last line of the log is the
    CPU time and memory that the job took, which tells what to request from a cluster.
    """
    terminal, started = sys.stderr, time.process_time()
    keep_freed_memory()
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
            print(Took(time.process_time(), started, peak).line())


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
