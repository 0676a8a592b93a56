"""Four readings of "5 % accuracy of the generated distribution", measured along the training."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from dlse.studies.wgan.cost import ACCURACY
from dlse.studies.wgan.measure.classifiers import classifier_accuracy
from dlse.studies.wgan.measure.sliced_wasserstein import Measure, true_samples

# By one of these, a generator is accurate if it is below what is required.
READINGS = ("headline", "worst_marginal_ks", "norm_distance", "total_variation")
# Readings that take seconds: they are measured at evenly spaced evaluations until they are reached.
SLOW = ("total_variation",)


class Readings:
    """The readings of n samples in `dim` dimensions, each time against the same truth."""

    def __init__(self, dim: int, n: int) -> None:
        measure, truth = Measure(dim, n), true_samples(dim, n, np.random.default_rng(6))
        functions = (
            measure.headline,
            worst_marginal_ks,
            lambda x: norm_distance(x, truth),
            lambda x: total_variation(x, truth),
        )
        self._functions = dict(zip(READINGS, functions, strict=True))

    def values(self, samples: np.ndarray, readings: Sequence[str] = READINGS) -> dict[str, float]:
        """The values of some `readings` for `samples` `[n, dim]`; infinite if a sample is not
        finite."""
        if not np.isfinite(samples).all():
            return dict.fromkeys(readings, np.inf)
        return {reading: self._functions[reading](samples) for reading in readings}


def worst_marginal_ks(samples: np.ndarray) -> float:
    """The largest Kolmogorov–Smirnov statistic of a coordinate of `samples` `[n, dim]`, for the
    uniform distribution on [−1, 1]."""
    n = len(samples)
    shares = np.sort(np.ascontiguousarray(samples.T), axis=1).astype(np.float64)
    np.clip((shares + 1) / 2, 0, 1, out=shares)
    over = shares - np.arange(n) / n
    return float(max(over.max(), 1 / n - over.min()))


def norm_distance(samples: np.ndarray, truth: np.ndarray) -> float:
    """The Wasserstein-1 distance between |x|² of `samples` and of `truth`, `[n, dim]` each, in
    units of the standard deviation √(4 dim / 45) of the truth. Radial dependence, which hardly
    shows along a line, shows here."""
    norms, true_norms = (np.sort(np.square(x, dtype=np.float64).sum(1)) for x in (samples, truth))
    return float(np.abs(norms - true_norms).mean() / np.sqrt(4 * samples.shape[1] / 45))


def total_variation(samples: np.ndarray, truth: np.ndarray) -> float:
    """An estimate from below of the total variation distance between the distributions of `samples`
    and of `truth`, `[n, dim]` each, on the cube [−1, 1]^dim.

    The distance is at least the share outside the cube, the Kolmogorov–Smirnov statistic of any
    function of the samples, and 2 a − 1 where a classifier is right with probability a. The largest
    of these counts: the share, the statistics of the coordinates and of |x|², and the best
    classifier. Where one of the others already exceeds `ACCURACY`, no classifier is trained.
    """
    norms, true_norms = (np.square(x, dtype=np.float64).sum(1) for x in (samples, truth))
    bound = max(
        float((np.abs(samples).max(1) > 1).mean()),
        worst_marginal_ks(samples),
        float(stats.ks_2samp(norms, true_norms, method="asymp").statistic),
    )
    if bound >= ACCURACY:
        return bound
    return max(bound, 2 * classifier_accuracy(samples, truth, seed=0) - 1)
