"""The headline measure of uniformity: the distance of samples from the uniform distribution on the
cube [−1, 1]^d, along that direction of a fixed bank along which it is largest."""

from collections.abc import Iterator

import numpy as np

SIGMA = 1 / np.sqrt(3)  # standard deviation of U[−1, 1]
RANDOM_DIRECTIONS = 64


def true_samples(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    """Draw `[n, dim]` independent samples from the uniform distribution, as float32."""
    return random.random((n, dim), dtype=np.float32) * 2 - 1


def projection_bank(dim: int) -> np.ndarray:
    """Unit vectors `[P, dim]`: the axes, the diagonal (e_i + e_j)/√2 of each pair, and random
    directions that are always the same. A correlation of either sign changes the spread along
    the diagonal of its pair."""
    axes = np.eye(dim)
    first, second = np.triu_indices(dim, 1)
    drawn = np.random.default_rng(dim).normal(size=(RANDOM_DIRECTIONS, dim))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    bank = np.concatenate([axes, (axes[first] + axes[second]) / np.sqrt(2), drawn])
    return bank.astype(np.float32)


class Measure:
    """Distances of n samples from the uniform distribution in `dim` dimensions, along the bank.

    The distance along a direction is the one-dimensional Wasserstein-1 distance in units of σ,
    which is the mean of |sorted samples − quantiles of the truth|. The quantiles are exact for
    the axes and for the diagonals, whose density is triangular. For random directions they are
    the mean order statistics of `REFERENCES` sets of n true samples.
    """

    REFERENCES = 64
    ROWS = 16  # directions at a time, so that their sorted samples stay in the cache

    def __init__(self, dim: int, n: int) -> None:
        self.dim, self.n = dim, n
        self.bank = projection_bank(dim)
        shares = (np.arange(n) + 0.5) / n
        lower = np.sqrt(2) * (np.sqrt(2 * np.minimum(shares, 1 - shares)) - 1)
        triangular = np.where(shares < 0.5, lower, -lower)
        self._quantiles = np.empty((len(self.bank), n), np.float32)
        self._quantiles[:dim] = 2 * shares - 1
        self._quantiles[dim:-RANDOM_DIRECTIONS] = triangular
        random = np.random.default_rng(0)
        total = np.zeros((RANDOM_DIRECTIONS, n))
        for _ in range(self.REFERENCES):
            total += np.sort(self.bank[-RANDOM_DIRECTIONS:] @ true_samples(dim, n, random).T)
        mean = total / self.REFERENCES
        self._quantiles[-RANDOM_DIRECTIONS:] = (mean - mean[:, ::-1]) / 2  # the truth is symmetric

    def distances(self, samples: np.ndarray) -> np.ndarray:
        """The distances `[P]` of `samples` `[n, dim]` from the truth along the bank; infinite if
        a sample is not finite."""
        if not np.isfinite(samples).all():
            return np.full(len(self.bank), np.inf)
        return np.concatenate(
            [
                _mean_distance(sorted_, self._quantiles[start : start + self.ROWS])
                for start, sorted_ in self._projected(samples)
            ]
        )

    def distances_between(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The distances `[P]` between two sets of samples `[n, dim]` along the bank."""
        pairs = zip(self._projected(one), self._projected(other), strict=True)
        return np.concatenate([_mean_distance(a, b) for (_, a), (_, b) in pairs])

    def headline(self, samples: np.ndarray) -> float:
        """The largest distance along a direction of the bank: the maximum-sliced Wasserstein
        distance (Deshpande et al. 2019, CVPR) over a fixed set."""
        return float(self.distances(samples).max())

    def _projected(self, samples: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        columns = np.ascontiguousarray(samples.T, dtype=np.float32)
        for start in range(0, len(self.bank), self.ROWS):
            yield start, np.sort(self.bank[start : start + self.ROWS] @ columns, axis=1)


def _mean_distance(sorted_: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    np.subtract(sorted_, quantiles, out=sorted_)
    return np.abs(sorted_, out=sorted_).mean(1, dtype=np.float64) / SIGMA


def noise_floor(measure: Measure, repeats: int) -> np.ndarray:
    """The headlines `[repeats]` of true samples, which a perfect generator would score."""
    random = np.random.default_rng(1)
    drawn = (true_samples(measure.dim, measure.n, random) for _ in range(repeats))
    return np.array([measure.headline(samples) for samples in drawn])


def two_sample_floor(measure: Measure, repeats: int) -> np.ndarray:
    """The largest distance `[repeats]` along the bank between two sets of true samples."""
    random = np.random.default_rng(2)
    pairs = (
        [true_samples(measure.dim, measure.n, random) for _ in range(2)] for _ in range(repeats)
    )
    return np.array([measure.distances_between(one, other).max() for one, other in pairs])
