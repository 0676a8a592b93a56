"""Files that are written whole or not at all, and the error for those that are damaged."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlse.workflow.errors import UserError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; rename it to `path` once all went well.

    A reader, or a run killed in the middle, never sees half a file. The suffix stays
    the same, because some writers choose their format by it. A `UserError` where the disk
    is full or the folder must not be written.
    """
    path = Path(path)
    beside = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield beside
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(
            f"{path} could not be written ({error.strerror or error}); make room or get leave to "
            "write there, then run the same command again."
        ) from error


def damaged(path: str | Path, form: str) -> UserError:
    """The error for a file of the workflow that cannot be read as `form`."""
    return UserError(
        f"{path} is damaged, or no {form}; delete it, and the next `snakemake` makes it anew."
    )
