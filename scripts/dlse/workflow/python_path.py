"""Where the processes that this one starts find modules."""

import os
from pathlib import Path


def hand_down(folder: Path) -> None:
    """Let processes that are started from here look for modules in `folder` first."""
    others = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), others)))
