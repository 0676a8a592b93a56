"""What the processes that this one starts inherit, in their environment."""

import os
from pathlib import Path


def hand_down(modules: Path) -> None:
    """Let processes that are started from here look for modules in the folder `modules` first, and
    let the C library (glibc) keep freed memory for the next step of training instead of giving it
    back to the kernel, which would clear each page again: a step of task 1 would take 5 % longer.
    """
    others = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(modules), others)))
    os.environ["MALLOC_MMAP_MAX_"] = "0"
    os.environ["MALLOC_TRIM_THRESHOLD_"] = str(2**31 - 1)
