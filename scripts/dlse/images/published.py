"""A data set of images in its published form, and its checksums."""

import hashlib
from dataclasses import dataclass

import numpy as np

# The first number of an IDX file of bytes: for three dimensions, and for one.
IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801


@dataclass(frozen=True)
class Images:
    """A data set of grayscale images with labels, as published: training and test part."""

    name: str
    source: str
    train_images: np.ndarray  # [N, 28, 28] uint8
    train_labels: np.ndarray  # [N] uint8
    test_images: np.ndarray  # as above
    test_labels: np.ndarray
    is_stand_in: bool = False

    def differing_part(self, expected: dict[str, str]) -> str | None:
        """The first part whose checksum is not the `expected` one; None if there is none."""
        found = self.sha256()
        return next((part for part in found if found[part] != expected[part]), None)

    def sha256(self) -> dict[str, str]:
        """The checksum of each part, in the unpacked IDX form."""
        return {
            f"{split} {what}": hashlib.sha256(_idx_bytes(array)).hexdigest()
            for split, what, array in (
                ("train", "images", self.train_images),
                ("train", "labels", self.train_labels),
                ("test", "images", self.test_images),
                ("test", "labels", self.test_labels),
            )
        }


def _idx_bytes(array: np.ndarray) -> bytes:
    magic = IMAGES_MAGIC if array.ndim == 3 else LABELS_MAGIC
    return np.array([magic, *array.shape], ">u4").tobytes() + array.tobytes()
