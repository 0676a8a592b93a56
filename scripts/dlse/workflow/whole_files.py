"""Write files completely or not at all, and report damaged ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlse.workflow.errors import UserError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` to write to, and rename it to `path` if all goes well.

    So nobody ever sees half a file, even if the run is killed. The suffix stays the same, because
    some writers choose their format by it. Raises a `UserError` if the disk is full or the folder
    is not writable.
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
            f"{path} could not be written ({error.strerror or error}); free some space, or get "
            "permission to write there, then run the same command again."
        ) from error


def damaged(path: str | Path, form: str) -> UserError:
    """The error for a file of the workflow that cannot be read as `form`."""
    return UserError(
        f"{path} is damaged, or no {form}; delete it, and the next `snakemake` makes it again."
    )
