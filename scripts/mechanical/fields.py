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
    """Displacements `[B, T, 28, 28, 2]` (float32, x and y, in sides of a pixel, at the pixels'
    centers, rows from the bottom) of B blocks at the load steps `steps`, and the blocks' pixels
    `bitmaps [B, 28, 28]` (float32 in [0, 1], rows from the top)."""

    name: str
    images: str  # the data set that the pixels are from
    source: str
    is_stand_in: bool
    steps: list[int]
    displacements: np.ndarray
    bitmaps: np.ndarray

    @property
    def label(self) -> str:
        """See `data_names.label_of`."""
        return label_of(self.name, self.is_stand_in)


def save_fields(of: Fields, fields: str, bitmaps: str, about: str, about_bitmaps: str) -> None:
    """Write `of` in the form that `load_fields` reads, and `dataset.load_samples`: the fields, and
    the images that caused them."""
    with whole_file(fields) as path:
        np.save(path, of.displacements)
    with whole_file(bitmaps) as path:
        np.save(path, of.bitmaps)
    description = {
        "name": of.name,
        "images": of.images,
        "is_stand_in": of.is_stand_in,
        "source": of.source,
        "steps": of.steps,
        "snapshots": len(of.steps),
        "unit": UNIT,
    }
    images = {"name": of.images + BLOCK_IMAGES, "is_stand_in": of.is_stand_in}
    for file, said in ((about, description), (about_bitmaps, images)):
        with whole_file(file) as path:
            path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


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
    """Pixels of 0 to 255 in [0, 1], float32: the inverse of `pixels_of`."""
    return np.divide(pixels, np.float32(255), dtype=np.float32)


def pixels_of(images: np.ndarray) -> np.ndarray:
    """Normalized images `[B, 28, 28]` (in [0, 1]) as the pixels of blocks, uint8."""
    return np.rint(255 * images).astype(np.uint8)


def deformed_grid(displacements: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the pixels' centers are, x and y `[28, 28]`, under `displacements [28, 28, 2]`."""
    centers = np.arange(len(displacements)) + 0.5
    return centers + displacements[..., 0], centers[:, None] + displacements[..., 1]
