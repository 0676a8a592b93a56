"""Estimates with 95 % intervals."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

NORMAL_QUANTILE = special.ndtri(0.975)  # half the width of a 95 % interval, in standard errors


class Estimate(NamedTuple):
    """A value, its 95 % interval, and the number of independent units that the interval is over,
    such as seeds or images. Without an interval, its ends are NaN."""

    value: float
    low: float
    high: float
    n: int


def mean_interval(values) -> Estimate:
    """The mean of independent `values` with Student's t interval, which is NaN for one value."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    mean = float(values.mean())
    if n < 2:
        return Estimate(mean, np.nan, np.nan, n)
    half = special.stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Estimate:
    """A proportion with Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22)."""
    from scipy import stats  # takes half a second, which most jobs can do without

    interval = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
    return Estimate(successes / n, interval.low, interval.high, n)


def bootstrap_interval(groups, statistic: Callable[[np.ndarray], float]) -> Estimate:
    """`statistic` of all values in `groups [G, K]`, with its percentile bootstrap interval (Efron &
    Tibshirani 1993, ch. 13). Groups are resampled, because the values of one group, such as
    networks with the same noise, are not independent. n is the number of groups."""
    groups = np.asarray(groups, dtype=float)
    value = float(statistic(groups.ravel()))
    if len(groups) < 2:
        return Estimate(value, np.nan, np.nan, len(groups))
    random = np.random.default_rng(0)
    draws = (random.integers(len(groups), size=len(groups)) for _ in range(1000))
    values = [statistic(groups[rows].ravel()) for rows in draws]
    low, high = np.quantile(values, (0.025, 0.975))
    return Estimate(value, float(low), float(high), len(groups))
