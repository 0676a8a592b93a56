"""The headline measure of uniformity: the distance of samples from the uniform distribution on the
cube [−1, 1]^d, along that direction of a fixed bank along which it is largest."""

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

    The distance along a direction is the one-dimensional Wasserstein-1 distance ∫ |Fₙ − F| dx in
    units of σ. The distribution functions of samples and truth are compared at the edges of `BINS`
    bins over the interval that the truth occupies. Outside it, where F is 0 or 1, a sample counts
    with its exact distance. Counting takes a fifth of the time of sorting; of the distance
    by sorted samples, which has no bins, the result is within 0.0001 or, if it is large, 0.1 %.

    F is exact for the axes and for the diagonals, whose density is triangular. For random
    directions it is the mean of `REFERENCES` sets of n true samples.
    """

    REFERENCES = 64
    BINS = 2048
    ROWS = 16  # directions at a time, so that their projections stay in the cache

    def __init__(self, dim: int, n: int) -> None:
        self.dim, self.n = dim, n
        self.bank = projection_bank(dim)
        self._ends = np.abs(self.bank).sum(1, keepdims=True)  # the truth lies in [−end, end]
        edges = np.arange(1, self.BINS + 1) * 2 / self.BINS - 1  # the right ones, in units of it
        self._shares = np.empty((len(self.bank), self.BINS))
        self._shares[:dim] = (edges + 1) / 2
        lower = (1 - np.abs(edges)) ** 2 / 2
        self._shares[dim:-RANDOM_DIRECTIONS] = np.where(edges < 0, lower, 1 - lower)
        random = np.random.default_rng(0)
        rows = slice(len(self.bank) - RANDOM_DIRECTIONS, None)
        sets = (true_samples(dim, n, random) for _ in range(self.REFERENCES))
        mean = sum(self._binned(rows, _columns(truth))[0] for truth in sets) / self.REFERENCES
        self._shares[rows] = mean
        self._shares[rows, :-1] += 1 - mean[:, -2::-1]  # the truth is symmetric
        self._shares[rows, :-1] /= 2

    def distances(self, samples: np.ndarray) -> np.ndarray:
        """The distances `[P]` of `samples` `[n, dim]` from the truth along the bank; infinite if
        a sample is not finite."""
        if not np.isfinite(samples).all():
            return np.full(len(self.bank), np.inf)
        columns, distances = _columns(samples), []
        for start in range(0, len(self.bank), self.ROWS):
            rows = slice(start, start + self.ROWS)
            shares, outside = self._binned(rows, columns)
            inside = np.abs(shares - self._shares[rows]).sum(1)
            distances.append((inside + outside) * self._ends[rows, 0] * 2 / self.BINS / SIGMA)
        return np.concatenate(distances)

    def _binned(self, rows: slice, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For some directions, the shares of samples below the right edge of each bin, and the
        mean distance in bins of all samples from the interval that the truth occupies."""
        half = self.BINS // 2
        places = (self.bank[rows] * np.float32(half) / self._ends[rows]) @ columns
        outside = np.maximum(np.abs(places) - half, 0).mean(1, dtype=np.float64)
        np.clip(places, -half, half - 1, out=places)
        places += half
        bins = places.astype(np.intp)
        bins += np.arange(len(bins))[:, None] * self.BINS
        counts = np.bincount(bins.ravel(), minlength=len(bins) * self.BINS)
        return counts.reshape(len(bins), -1).cumsum(1) / columns.shape[1], outside

    def headline(self, samples: np.ndarray) -> float:
        """The largest distance along a direction of the bank: the maximum-sliced Wasserstein
        distance (Deshpande et al. 2019, CVPR) over a fixed set."""
        return float(self.distances(samples).max())


def _columns(samples: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(samples.T, dtype=np.float32)


def noise_floor(measure: Measure, repeats: int) -> np.ndarray:
    """The headlines `[repeats]` of true samples, which a perfect generator would score."""
    random = np.random.default_rng(1)
    drawn = (true_samples(measure.dim, measure.n, random) for _ in range(repeats))
    return np.array([measure.headline(samples) for samples in drawn])
