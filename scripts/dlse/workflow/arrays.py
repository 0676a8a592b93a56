"""Read NumPy's files; a damaged file is a `UserError`."""

import zipfile
from pathlib import Path

import numpy as np

from dlse.workflow.whole_files import damaged


def load_array(path: str | Path, mmap_mode: str | None = None) -> np.ndarray:
    """The array in an .npy file. Raises a `UserError` if the file is damaged."""
    try:
        return np.load(path, mmap_mode, allow_pickle=False)
    except (ValueError, EOFError):
        raise damaged(path, "NumPy file") from None


def load_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """The arrays in an .npz file, by name. Raises a `UserError` if the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(stored)
    except (ValueError, EOFError, zipfile.BadZipFile):
        raise damaged(path, "NumPy archive") from None
