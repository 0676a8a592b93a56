"""The normalized images that the studies read, and the samples that task 5 compresses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlse.images.data_names import label_of
from dlse.images.published import Images
from dlse.workflow.arrays import load_array
from dlse.workflow.whole_files import damaged, whole_file


@dataclass(frozen=True)
class Dataset:
    """Images `[N, 28, 28]` (float32, pixels in [0, 1]) and labels `[N]` (int64). The `n_train`
    training images come first."""

    name: str
    is_stand_in: bool
    n_train: int
    images: np.ndarray
    labels: np.ndarray

    @property
    def label(self) -> str:
        """See `label_of`."""
        return label_of(self.name, self.is_stand_in)

    def test_images_first(self, first: int, count: int) -> np.ndarray:
        """Up to `count` images, starting with number `first`, in an order that puts the test images
        before the training images."""
        n = len(self.images)
        places = np.arange(first, min(first + count, n))
        return self.images[(places + self.n_train) % n]


@dataclass(frozen=True)
class Samples:
    """The samples `x [N, D]` (float32) that task 5 compresses.

    unit: the unit of the reconstruction error ε.
    snapshots: the number of successive samples that show one object; a split keeps them together.
    n_train: the number of the data set's own training samples, which come first; None if the data
        set has no training part.
    """

    label: str
    unit: str
    snapshots: int
    n_train: int | None
    x: np.ndarray

    def split(self, test_fraction: float | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Sorted indices of the training and test parts, a random split between objects.

        test_fraction: None for the data set's own parts, whatever the seed.
        """
        if test_fraction is None:
            order = np.arange(len(self.x))
            return order[: self.n_train], order[self.n_train :]
        parts = split(len(self.x) // self.snapshots, test_fraction, seed)
        within = np.arange(self.snapshots)
        train, test = ((part[:, None] * self.snapshots + within).ravel() for part in parts)
        return train, test


def image_files(inputs: Mapping[str, str]) -> dict[str, str]:
    """The files of the normalized images among a job's inputs, as arguments of `load_dataset`."""
    return {name: inputs[name] for name in ("images", "labels", "about")}


def save_dataset(raw: Images, images: Path, labels: Path, about: Path) -> None:
    """Write `raw` as normalized images, for `load_dataset`."""
    pixels = np.concatenate([raw.train_images, raw.test_images])
    with whole_file(images) as path:
        np.save(path, np.divide(pixels, np.float32(255), dtype=np.float32))
    with whole_file(labels) as path:
        np.save(path, np.concatenate([raw.train_labels, raw.test_labels]).astype(np.int64))
    description = {
        "name": raw.name,
        "is_stand_in": raw.is_stand_in,
        "n_train": len(raw.train_images),
        "n_test": len(raw.test_images),
        "source": raw.source,
        "sha256": raw.sha256(),
    }
    with whole_file(about) as path:
        path.write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")


def split(n: int, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted indices of the training and test parts of n samples, a random split."""
    order = np.random.default_rng(seed).permutation(n)
    n_test = max(1, round(test_fraction * n))
    return np.sort(order[n_test:]), np.sort(order[:n_test])


def load_dataset(images: str, labels: str, about: str) -> Dataset:
    """Open what `save_dataset` wrote. The images are mapped into memory, not read."""
    description = load_description(about)
    return Dataset(
        name=description["name"],
        is_stand_in=description["is_stand_in"],
        n_train=description["n_train"],
        # Copy on write, because torch needs writable memory; the files never change.
        images=load_array(images, mmap_mode="c"),
        labels=load_array(labels, mmap_mode="c"),
    )


def load_samples(samples: str, about: str) -> Samples:
    """Open images or fields as samples. They are mapped into memory, not read."""
    description = load_description(about)
    objects = load_array(samples, mmap_mode="c")
    snapshots = description.get("snapshots", 1)
    return Samples(
        label=label_of(description["name"], description["is_stand_in"]),
        unit=description.get("unit", "1"),
        snapshots=snapshots,
        n_train=description.get("n_train"),
        x=objects.reshape(len(objects) * snapshots, -1),
    )


def load_description(about: str) -> dict:
    """The description of a data set, in the JSON file beside it."""
    try:
        return json.loads(Path(about).read_text(encoding="utf-8"))
    except ValueError:
        raise damaged(about, "JSON file") from None
