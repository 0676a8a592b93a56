"""What a killed run leaves behind does not stop the next one."""

import fcntl
from io import TextIOWrapper
from pathlib import Path

from dlse.workflow.errors import UserError


def hold_run(folder: Path) -> TextIOWrapper | None:
    """Mark `folder` (Snakemake's own, `.snakemake`) as in use until this process ends, however
    it ends. Where no other process has marked it, remove the locks that killed runs have left.

    Processes share the mark, dry runs among them: each keeps it, so none removes the locks of
    another that is alive.

    Returns the open file that is the mark, to be kept; None where the file system knows no such
    marks. Raises a `UserError` where nothing can be written.
    """
    try:
        folder.mkdir(exist_ok=True)
        mark = open(folder / "run.lock", "w", encoding="utf-8")  # noqa: SIM115 (open to the end)
    except OSError as error:
        raise UserError(
            f"{folder.absolute().parent} cannot be written ({error.strerror}); work in another "
            "folder with `--directory`, or get leave to write in this one."
        ) from None
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system's: it dies with the process
    except BlockingIOError:
        pass  # another process is alive
    except OSError:
        return None
    else:
        for lock in (folder / "locks").glob("*.lock"):
            lock.unlink(missing_ok=True)
    fcntl.flock(mark, fcntl.LOCK_SH)  # waits only for one that is just removing locks
    return mark
