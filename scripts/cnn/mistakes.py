"""How the mistakes of two recipes on the same images are compared."""

from collections.abc import Sequence

import numpy as np

from dlse.results.estimates import NORMAL_QUANTILE, Estimate


def accuracy_difference(
    first: Sequence[Sequence[int]], second: Sequence[Sequence[int]], n_images: int
) -> Estimate:
    """By how much the accuracy of the first networks exceeds that of the second ones, as a
    fraction, over `n_images` images that are the same for all.

    first, second: for each network of one recipe, the indices of the images that it misses.

    The networks of one recipe are averaged, and the normal interval is over images. For single
    networks it is that of McNemar's test: only images count that one network misses and the other
    does not.
    """
    missed = [
        np.mean([np.bincount(one, minlength=n_images) for one in networks], axis=0)
        for networks in ([np.asarray(m, dtype=np.int64) for m in first],
                         [np.asarray(m, dtype=np.int64) for m in second])
    ]  # fmt: skip
    gain = missed[1] - missed[0]
    half = NORMAL_QUANTILE * gain.std(ddof=1) / np.sqrt(n_images)
    return Estimate(
        float(gain.mean()), float(gain.mean() - half), float(gain.mean() + half), n_images
    )
