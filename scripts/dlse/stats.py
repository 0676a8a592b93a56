"""Estimates with their 95 % intervals."""

from typing import NamedTuple

import numpy as np
from scipy import stats


class Estimate(NamedTuple):
    """A value, its 95 % interval and the number of observations behind it."""

    value: float
    low: float
    high: float
    n: int


def mean_interval(values) -> Estimate:
    """The mean of independent `values` with Student's t interval (none for one value)."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    mean = float(values.mean())
    if n < 2:
        return Estimate(mean, np.nan, np.nan, n)
    half = stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def wilson_interval(successes: int, n: int) -> Estimate:
    """A proportion with Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22)."""
    interval = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    return Estimate(successes / n, interval.low, interval.high, n)
