"""Displacement fields of blocks whose stiffness is an image: Mechanical MNIST (Lejeune 2020)."""

import json
from dataclasses import dataclass

import numpy as np

from dlse.images.data_names import BLOCK_IMAGES, label_of
from dlse.images.dataset import load_description
from dlse.workflow.arrays import load_array
from dlse.workflow.whole_files import whole_file

UNIT = "pixel²"  # of ε: displacements are in sides of a pixel


@dataclass(frozen=True)
class Fields:
    """The displacements of B blocks at T load steps, and the pixels of the blocks.

    displacements: `[B, T, 28, 28, 2]` float32, the components x and y at the pixels' centers in
        sides of a pixel, rows from the bottom.
    bitmaps: `[B, 28, 28]` float32 in [0, 1], rows from the top.
    images: the data set of the pixels.
    """

    name: str
    images: str
    source: str
    is_stand_in: bool
    steps: list[int]
    displacements: np.ndarray
    bitmaps: np.ndarray

    @property
    def label(self) -> str:
        """See `data_names.label_of`."""
        return label_of(self.name, self.is_stand_in)


def save_fields(data: Fields, fields: str, bitmaps: str, about: str, about_bitmaps: str) -> None:
    """Write the fields and their images in the form that `load_fields` and `load_samples` read."""
    with whole_file(fields) as path:
        np.save(path, data.displacements)
    with whole_file(bitmaps) as path:
        np.save(path, data.bitmaps)
    description = {
        "name": data.name,
        "images": data.images,
        "is_stand_in": data.is_stand_in,
        "source": data.source,
        "steps": data.steps,
        "snapshots": len(data.steps),
        "unit": UNIT,
    }
    images = {"name": data.images + BLOCK_IMAGES, "is_stand_in": data.is_stand_in}
    for file, content in ((about, description), (about_bitmaps, images)):
        with whole_file(file) as path:
            path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def load_fields(fields: str, bitmaps: str, about: str) -> Fields:
    """Open what `save_fields` wrote; the displacements are mapped, not read."""
    description = load_description(about)
    return Fields(
        name=description["name"],
        images=description["images"],
        source=description["source"],
        is_stand_in=description["is_stand_in"],
        steps=description["steps"],
        displacements=load_array(fields, mmap_mode="r"),
        bitmaps=load_array(bitmaps),
    )


def normalized(pixels: np.ndarray) -> np.ndarray:
    """Pixels from 0 to 255 as float32 in [0, 1]: the inverse of `pixels_of`."""
    return np.divide(pixels, np.float32(255), dtype=np.float32)


def pixels_of(images: np.ndarray) -> np.ndarray:
    """Normalized images `[B, 28, 28]` (in [0, 1]) as pixels of blocks, uint8."""
    return np.rint(255 * images).astype(np.uint8)


def deformed_grid(displacements: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates x and y `[28, 28]` of the pixels' centers after `displacements [28, 28, 2]`."""
    centers = np.arange(len(displacements)) + 0.5
    return centers + displacements[..., 0], centers[:, None] + displacements[..., 1]
