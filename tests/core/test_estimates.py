"""Intervals against published values and against their own promise."""

import numpy as np
import pytest

from dlse.results.estimates import bootstrap_interval, mean_interval, wilson_interval


def test_wilson_interval_has_the_textbook_values():
    # Newcombe 1998, Stat. Med. 17, table I: 81 of 263 and 0 of 20.
    estimate = wilson_interval(81, 263)
    assert (estimate.low, estimate.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20).high == pytest.approx(0.1611, abs=5e-5)


def test_t_interval_covers_the_mean_in_95_of_100_samples():
    samples = np.random.default_rng(0).normal(3.0, 2.0, size=(4000, 5))
    intervals = [mean_interval(sample) for sample in samples]
    covered = np.mean([e.low <= 3.0 <= e.high for e in intervals])
    assert covered == pytest.approx(0.95, abs=0.015)  # four standard errors


def test_one_value_has_no_interval():
    estimate = mean_interval([2.0])
    assert estimate.value == 2.0
    assert np.isnan(estimate.low)
    assert estimate.n == 1


def test_bootstrap_resamples_groups_not_values():
    # Values that are equal within a group have the information of the groups alone.
    random = np.random.default_rng(1)
    groups = np.repeat(random.normal(size=(60, 1)), 8, axis=1)
    estimate = bootstrap_interval(groups, np.mean)
    assert estimate.n == 60
    assert estimate.low < estimate.value < estimate.high
    by_groups = mean_interval(groups[:, 0])
    assert estimate.high - estimate.low == pytest.approx(by_groups.high - by_groups.low, rel=0.15)
