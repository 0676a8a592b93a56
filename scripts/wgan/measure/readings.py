"""Three readings of "5 % accuracy of the generated distribution", measured along the training."""

from collections.abc import Sequence

import numpy as np

from dlse.studies.wgan.measure.sliced_wasserstein import Measure, true_samples

# Measures of the panel. By one of them, a generator is accurate if it is below what is required.
READINGS = ("headline", "worst_marginal_ks", "norm_distance")


class Readings:
    """The readings of n samples in `dim` dimensions, each time against the same truth."""

    def __init__(self, dim: int, n: int) -> None:
        measure, truth = Measure(dim, n), true_samples(dim, n, np.random.default_rng(6))
        functions = (measure.headline, worst_marginal_ks, lambda x: norm_distance(x, truth))
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
