"""A classifier without training: the class that most of the nearest training images have."""

from collections.abc import Sequence

import numpy as np
from sklearn.neighbors import KNeighborsClassifier


def neighbor_accuracy(
    train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], counts: Sequence[int]
) -> dict[int, float]:
    """The share of the `test` images that get their own class, by the number of neighbors that
    vote, one of `counts`. Neighbors are the `train` images at the smallest Euclidean distance of
    the pixels. `train` and `test` are images `[N, 28, 28]` and labels `[N]`."""
    (images, labels), (test_images, test_labels) = train, test
    return {
        count: KNeighborsClassifier(count)
        .fit(images.reshape(len(images), -1), labels)
        .score(test_images.reshape(len(test_images), -1), test_labels)
        for count in counts
    }
