"""A direction along which samples are far from the truth, found by gradient ascent."""

import numpy as np

from dlse.studies.wgan.measure.sliced_wasserstein import SIGMA, Measure

STARTS = 2  # directions of the bank with the largest distances
STEPS = 10  # from each of them


def optimized_direction(samples: np.ndarray, truth: np.ndarray, measure: Measure) -> np.ndarray:
    """A direction `[dim]` along which `samples` are far from `truth`, `[N, dim]` each.

    Gradient ascent over the unit sphere on three quarters of them starts from the worst directions
    of the bank. Of these and of the ends of the paths, that with the largest distance on the last
    quarter is chosen, so that an ascent into the noise of the samples does not count.
    """
    learned = 3 * min(len(samples), len(truth)) // 4
    worst = np.argsort(measure.distances(samples[: measure.n]))[-STARTS:]
    found = list(measure.bank[worst])
    found += [_ascend(start, samples[:learned], truth[:learned]) for start in found]
    chosen = slice(learned, 4 * learned // 3)
    return max(found, key=lambda w: distance_along(w, samples[chosen], truth[chosen]))


def distance_along(direction: np.ndarray, samples: np.ndarray, truth: np.ndarray) -> float:
    """The Wasserstein-1 distance between equally many `samples` and `truth` `[N, dim]`, projected
    onto a direction, in units of σ."""
    apart = np.sort(samples @ direction) - np.sort(truth @ direction)
    return float(np.abs(apart).mean(dtype=np.float64)) / SIGMA


def _ascend(direction: np.ndarray, samples: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """With the order of the projections held fixed, the distance along w is w · g, where g is the
    mean of ±(xᵢ − uᵢ) over pairs of equal rank. A step goes towards g, and each is shorter."""
    both, signs = (samples, truth), [np.empty(len(x), np.float32) for x in (samples, truth)]
    for step in range(STEPS):
        projected = [x @ direction for x in both]
        ranks = [np.argsort(p) for p in projected]
        further = np.sign(projected[0][ranks[0]] - projected[1][ranks[1]])
        for of_set, order in zip(signs, ranks, strict=True):
            of_set[order] = further
        ascent = signs[0] @ samples - signs[1] @ truth
        direction = direction + (1 - step / STEPS) * ascent / np.linalg.norm(ascent)
        direction = direction / np.linalg.norm(direction)
    return direction
