"""Bring a user's own picture of a digit into the form of MNIST's images."""

from pathlib import Path

import matplotlib.image
import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import center_of_mass

from dlse.workflow.errors import UserError

SIZE, BOX = 28, 20  # pixels of an image, and of the box that MNIST's digits fill


def read_image(path: str | Path) -> np.ndarray:
    """Gray values `[H, W]` in [0, 1] of a PNG, or of an array in a `.npy` file with values from 0
    to 255 or from 0 to 1. Raises a `UserError` if the file holds no image."""
    try:
        if Path(path).suffix == ".npy":
            image = np.load(path, allow_pickle=False).astype(np.float32)
        else:
            image = matplotlib.image.imread(path).astype(np.float32)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None
    except (OSError, ValueError, SyntaxError):
        raise UserError(f"{path} can't be read as an image; give a PNG or a .npy array.") from None
    if image.max(initial=0) > 1:
        image = image / 255
    if image.ndim == 3:
        opacity = image[..., 3:] if image.shape[2] == 4 else 1.0
        image = (image[..., :3] * opacity + (1 - opacity)).mean(2)  # on white paper
    if image.ndim != 2 or min(image.shape) < 2:
        raise UserError(f"{path} holds an array of shape {image.shape}, not an image.")
    return image


def as_digit(image: np.ndarray) -> np.ndarray:
    """`image [H, W]`, in [0, 1], in the form of MNIST's digits: `[28, 28]`, bright ink on black.

    Dark ink on bright paper is inverted. An image of another size is cropped to its ink, scaled
    to a box of 20 × 20 pixels, and placed with its center of mass in the middle (LeCun et al.
    1998, Proc. IEEE 86). Raises a `UserError` if there is no ink.
    """
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    if np.median(border) > 0.5:
        image = 1 - image
    if image.shape == (SIZE, SIZE):
        return image
    rows, columns = (np.flatnonzero((image > 0.25).any(axis)) for axis in (1, 0))
    if not len(rows):
        raise UserError("The image is empty: nothing stands out from its border.")
    ink = torch.from_numpy(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    scale = BOX / max(ink.shape)
    size = [max(1, round(scale * length)) for length in ink.shape]
    small = F.interpolate(ink[None, None], size, mode="bilinear", antialias=True)[0, 0].numpy()
    digit = np.zeros((SIZE, SIZE), np.float32)
    corner = [
        int(np.clip(round((SIZE - 1) / 2 - center), 0, SIZE - length))
        for center, length in zip(center_of_mass(small), small.shape, strict=True)
    ]
    digit[corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1]] = small
    return digit
