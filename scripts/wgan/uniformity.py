"""How uniform samples are on the cube [−1, 1]^d, apart from the headline of
`sliced_wasserstein`, which sees one direction at a time."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from dlse.studies.wgan.sliced_wasserstein import Measure, true_samples


def readings(samples: np.ndarray, measure: Measure, truth: np.ndarray) -> dict[str, float]:
    """The three readings of "5 % accuracy" for `samples` `[n, dim]`, the last of them against as
    many samples of the `truth`; infinite if a sample is not finite."""
    finite = np.isfinite(samples).all()
    return {
        "headline": measure.headline(samples),
        "worst_marginal_ks": worst_marginal_ks(samples) if finite else np.inf,
        "norm_distance": norm_distance(samples, truth) if finite else np.inf,
    }


def panel(samples: np.ndarray, measure: Measure, seed: int) -> dict[str, float]:
    """The readings, the share outside the cube, and how often a classifier tells `samples`
    `[n, dim]` from true ones, which are drawn from the stream of `seed`."""
    truth = true_samples(measure.dim, len(samples), np.random.default_rng([seed, 3]))
    finite = np.isfinite(samples).all()
    return {
        **readings(samples, measure, truth),
        "outside_share": float((~(np.abs(samples).max(1) <= 1)).mean()),
        "classifier_accuracy": classifier_accuracy(samples, truth, seed) if finite else 1.0,
    }


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


def classifier_accuracy(samples: np.ndarray, truth: np.ndarray, seed: int) -> float:
    """How often boosted trees are right about which of `samples` and `truth`, `[n, dim]` each, are
    generated: 0.5 if they find no difference (Lopez-Paz & Oquab 2017, ICLR). They learn from one
    half of each and are scored on the other. What lies outside the cube is generated for certain.
    """
    n = len(samples) // 2
    both = np.concatenate([samples[:n], truth[:n]])
    trees = HistGradientBoostingClassifier(
        max_iter=100, max_leaf_nodes=15, early_stopping=False, random_state=seed
    )
    trees.fit(_features(both), np.arange(2 * n) < n)

    def says_generated(x: np.ndarray) -> np.ndarray:
        return (np.abs(x).max(1) > 1) | trees.predict(_features(x))

    return float((says_generated(samples[n:]).mean() + 1 - says_generated(truth[n:]).mean()) / 2)


def _features(x: np.ndarray) -> np.ndarray:
    """x, |x|, the largest |xᵢ| and |x|² of samples `[n, dim]`, as `[n, 2 dim + 2]`."""
    size = np.abs(x)
    norm = np.square(x).sum(1, keepdims=True)
    return np.concatenate([x, size, size.max(1, keepdims=True), norm], axis=1)
