"""How mistakes on the same images are compared: between trials, and between the networks."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from dlse.results.estimates import NORMAL_QUANTILE, Estimate, bootstrap_interval


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


def shared_share(missed_by: np.ndarray, networks: int) -> Estimate:
    """The probability that a network misses an image that another one misses, with its bootstrap
    interval over images. `missed_by [N]` counts the networks that miss each image.

    If no image were harder than another, this would be the error rate. If the image alone decided,
    it would be 1.
    """

    def share(values: np.ndarray) -> float:
        return float((values * (values - 1)).sum() / max((networks - 1) * values.sum(), 1))

    return bootstrap_interval(missed_by[:, None], share)


def expected_counts(missed_by: np.ndarray, networks: int) -> np.ndarray:
    """How many images 0, 1, … of the `networks` miss if each image has its own difficulty, from a
    beta distribution, and networks err independently of each other given it.

    The distribution has the observed error rate and `shared_share`, so that the counts `[networks +
    1]` say whether pairs of networks explain what happens among all of them.
    """
    rate = missed_by.mean() / networks
    pairs = (missed_by * (missed_by - 1)).mean() / (networks * (networks - 1))
    # a + b of the beta distribution: 0 if the image alone decides, infinite if all are alike.
    spread = np.clip((rate - pairs) / max(pairs - rate**2, 1e-12), 1e-9, 1e9)
    a, b = rate * spread, (1 - rate) * spread
    k = np.arange(networks + 1)
    log = special.betaln(a + k, b + networks - k) - special.betaln(a, b)
    return len(missed_by) * special.comb(networks, k) * np.exp(log)
