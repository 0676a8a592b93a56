"""A data set of images as it is published, and the hashes by which it is known."""

import hashlib
from dataclasses import dataclass

import numpy as np

# The first number of an IDX file: bytes in three dimensions, or in one.
IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801


@dataclass(frozen=True)
class Images:
    """A data set of gray images with labels, as published: uint8, train and test."""

    name: str
    source: str
    train_images: np.ndarray  # [N, 28, 28] uint8
    train_labels: np.ndarray  # [N] uint8
    test_images: np.ndarray
    test_labels: np.ndarray
    is_stand_in: bool = False

    def differing_part(self, expected: dict[str, str]) -> str | None:
        """The first part whose hash is not the `expected` one; None where all are."""
        found = self.sha256()
        return next((part for part in found if found[part] != expected[part]), None)

    def sha256(self) -> dict[str, str]:
        """The hash of each part, in the unpacked IDX form."""
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
