"""Three readings of "5 % accuracy of the generated distribution", measured along the training."""

from collections.abc import Sequence

import numpy as np

from dlse.studies.wgan.measure.sliced_wasserstein import Measure, true_samples

# What each measure of a set of samples must be below: the first is the headline.
READINGS = ("headline", "worst_marginal_ks", "square_norm_distance")


class Readings:
    """The measures by which n samples in `dim` dimensions are accurate or not.

    headline: the largest distance along a direction of the bank (`Measure`).
    worst_marginal_ks: the largest Kolmogorov–Smirnov statistic of a coordinate.
    square_norm_distance: the Wasserstein-1 distance of |x|² from the truth in units of its standard
        deviation √(4 d/45). It sees what linear projections hide: whether samples lie on a shell.
        The quantiles of the truth are the mean order statistics of `REFERENCES` sets of n samples.
    """

    REFERENCES = 64

    def __init__(self, dim: int, n: int) -> None:
        self._measure = Measure(dim, n)
        random = np.random.default_rng(6)
        total = sum(_square_norms(true_samples(dim, n, random)) for _ in range(self.REFERENCES))
        self._square_norms = total / self.REFERENCES
        self._spread = np.sqrt(4 * dim / 45)

    def values(self, samples: np.ndarray, readings: Sequence[str] = READINGS) -> dict[str, float]:
        """The values of some `readings` for `samples` `[n, dim]`; infinite if a sample is not
        finite."""
        if not np.isfinite(samples).all():
            return dict.fromkeys(readings, np.inf)
        measures = dict(
            zip(READINGS, (self._measure.headline, worst_marginal_ks, self._distance), strict=True)
        )
        return {reading: measures[reading](samples) for reading in readings}

    def _distance(self, samples: np.ndarray) -> float:
        """The distance of |x|²."""
        return float(np.abs(_square_norms(samples) - self._square_norms).mean() / self._spread)


def worst_marginal_ks(samples: np.ndarray) -> float:
    """The largest Kolmogorov–Smirnov statistic of a coordinate of `samples` `[n, dim]`, for the
    uniform distribution on [−1, 1]."""
    n = len(samples)
    shares = (np.sort(np.ascontiguousarray(samples.T), axis=1).astype(np.float64) + 1) / 2
    below = np.arange(n) / n
    over = np.clip(shares, 0, 1, out=shares) - below
    return float(max(over.max(), (1 / n - over).max()))


def _square_norms(samples: np.ndarray) -> np.ndarray:
    return np.sort(np.square(samples, dtype=np.float64).sum(1))
