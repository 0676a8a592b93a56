"""A panel of measures of uniformity on the cube [−1, 1]^d, since the headline alone can be
fooled."""

import numpy as np
from scipy import stats
from sklearn.neighbors import NearestNeighbors

from dlse.studies.wgan.measure.classifiers import classifier_accuracy
from dlse.studies.wgan.measure.readings import norm_distance, worst_marginal_ks
from dlse.studies.wgan.measure.sliced_wasserstein import SIGMA, Measure, true_samples
from dlse.studies.wgan.measure.worst_direction import distance_along, optimized_direction

NEIGHBORS = 4000  # samples of each kind in the nearest-neighbor test, and in TwoNN
SEARCHED = 4  # times as many further samples, in which the worst direction is searched for
CONFIDENCE = 0.999  # of the prediction interval outside which a measure detects a flaw
MEASURES = (
    "headline",
    "mean_distance",
    "optimized_direction",
    "worst_marginal_ks",
    "covariance_error",
    "square_correlation",
    "norm_distance",
    "max_norm_ks",
    "outside_share",
    "nearest_neighbor_accuracy",
    "classifier_accuracy",
    "intrinsic_dimension",
)


def panel(samples: np.ndarray, measure: Measure, seed: int) -> dict[str, float]:
    """The values of all `MEASURES` for `samples` `[(1 + SEARCHED) n, dim]`; all are infinite if one
    is not finite.

    The first n are measured. In the others, a direction is searched for along which they are far
    from the truth. True samples to compare with are drawn from the stream of `seed`.
    """
    if not np.isfinite(samples).all():
        return dict.fromkeys(MEASURES, np.inf)
    random = np.random.default_rng([seed, 3])
    samples, further = np.split(samples, [measure.n])
    truth, further_truth = (
        true_samples(measure.dim, len(drawn), random) for drawn in (samples, further)
    )
    direction = optimized_direction(further, further_truth, measure)
    distances = measure.distances(samples)
    largest = np.abs(samples).max(1)
    values = (
        distances.max(),
        distances.mean(),
        distance_along(direction, samples, truth),
        worst_marginal_ks(samples),
        covariance_error(samples),
        square_correlation(samples),
        norm_distance(samples, truth),
        _largest_ks(largest, measure.dim),
        (largest > 1).mean(),
        nearest_neighbor_accuracy(samples, truth),
        classifier_accuracy(samples, truth, seed),
        intrinsic_dimension(samples[:NEIGHBORS]),
    )
    return {name: float(value) for name, value in zip(MEASURES, values, strict=True)}


def _largest_ks(largest: np.ndarray, dim: int) -> float:
    """The Kolmogorov–Smirnov distance of the `largest` coordinates from the distribution t^dim on
    [0, 1]."""
    return stats.kstest(largest, lambda t: np.clip(t, 0, 1) ** dim, method="asymp").statistic


def overshoot(samples: np.ndarray) -> float:
    """How far a coordinate of `samples` `[n, dim]` lies outside [−1, 1], in units of σ: the mean of
    (|xᵢ| − 1)₊ over all samples and coordinates. So far must be moved, along an axis, what lies
    outside."""
    return float(np.maximum(np.abs(samples) - 1, 0).mean(dtype=np.float64) / SIGMA)


def covariance_error(samples: np.ndarray) -> float:
    """The relative error ‖3 Cov − I‖_F / √d of the covariance."""
    dim = samples.shape[1]
    return float(np.linalg.norm(3 * np.cov(samples.T) - np.eye(dim)) / np.sqrt(dim))


def square_correlation(samples: np.ndarray) -> float:
    """The largest |correlation| between the squares of two coordinates."""
    correlation = np.corrcoef(np.square(samples.T, dtype=np.float64))
    return float(np.abs(correlation[np.triu_indices(len(correlation), 1)]).max())


def nearest_neighbor_accuracy(samples: np.ndarray, truth: np.ndarray) -> float:
    """How often the nearest neighbor tells whether a sample is generated or true (Lopez-Paz &
    Oquab 2017, ICLR): 0.5 if the two are alike, 1 for duplicates."""
    both = np.concatenate([samples[:NEIGHBORS], truth[:NEIGHBORS]])
    label = np.arange(len(both)) < min(NEIGHBORS, len(samples))
    nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(both)
    return float((label[nearest.kneighbors(return_distance=False)[:, 0]] == label).mean())


def intrinsic_dimension(samples: np.ndarray) -> float:
    """The dimension of the set on which `samples` lie, estimated by maximum likelihood from the
    ratio of the distances to the second and the first neighbor (TwoNN; Facco et al. 2017, Sci.
    Rep. 7). It is zero if most neighbors coincide. In a cube of many dimensions the boundary
    makes it too small, for true samples too."""
    near, _ = NearestNeighbors(n_neighbors=2).fit(samples).kneighbors()
    first, second = near.T
    apart = first > 0
    if apart.mean() < 0.5:
        return 0.0
    return float(apart.sum() / np.log(second[apart] / first[apart]).sum())


def prediction_interval(true_values, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval in which one more value like `true_values` lies with this `confidence`, by
    Student's t. A measure detects a flaw if its value lies outside."""
    values = np.asarray(true_values, dtype=float)
    n = len(values)
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(values.mean() - half), float(values.mean() + half)
