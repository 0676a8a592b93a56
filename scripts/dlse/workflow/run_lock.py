"""Remove the locks that a killed run has left, so that the next run can start."""

import fcntl
from io import TextIOWrapper
from pathlib import Path

from dlse.workflow.errors import UserError


def hold_run(folder: Path) -> TextIOWrapper | None:
    """Mark `folder`, which is Snakemake's own `.snakemake`, as in use until this process ends, in
    whatever way it ends. If no other process has marked it, remove the locks of killed runs.

    Processes share the mark, including dry runs. Each of them holds it, so none removes the locks
    of another one that is alive.

    Returns the open file that is the mark, to be kept open, or None if the file system does not
    support such marks. Raises a `UserError` if the folder is not writable.
    """
    try:
        folder.mkdir(exist_ok=True)
        mark = open(folder / "run.lock", "w", encoding="utf-8")  # noqa: SIM115 (stays open)
    except OSError as error:
        raise UserError(
            f"{folder.absolute().parent} cannot be written ({error.strerror}); work in another "
            "folder with `--directory`, or get permission to write in this one."
        ) from None
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system drops it with the process
    except BlockingIOError:
        pass  # another process is alive
    except OSError:
        return None
    else:
        for lock in (folder / "locks").glob("*.lock"):
            lock.unlink(missing_ok=True)
    fcntl.flock(mark, fcntl.LOCK_SH)  # waits only while another process removes locks
    return mark
