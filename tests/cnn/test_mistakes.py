"""How mistakes are compared: against McNemar's test, and against networks of known difficulty."""

import math

import numpy as np
import pytest

from dlse.studies.cnn.mistakes import accuracy_difference, expected_counts, shared_share


def test_the_interval_for_single_networks_is_that_of_mcnemars_test():
    first, second = [[0, 1, 2, 3]], [[2, 3, *range(10, 22)]]  # 2 against 12 that do not agree
    found = accuracy_difference(first, second, 1000)
    assert found.value == pytest.approx(10 / 1000)
    error = math.sqrt(14 - 10**2 / 1000) / 1000  # Agresti 2013, eq. 11.2
    assert found.high - found.value == pytest.approx(1.96 * error, rel=1e-3)
    assert accuracy_difference(second, first, 1000).value == -found.value


def test_networks_that_miss_the_same_do_not_differ():
    found = accuracy_difference([[1, 2], [3]], [[3], [1, 2]], 50)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_shared_mistakes_of_known_extremes():
    alike = np.array([5] * 20 + [0] * 980)
    assert shared_share(alike, 5).value == 1
    own = np.array([1] * 20 + [0] * 980)
    assert shared_share(own, 5).value == 0
    assert shared_share(np.zeros(100, int), 5).value == 0


def test_the_model_of_difficulty_finds_its_own_counts():
    random = np.random.default_rng(0)
    difficulty = random.beta(0.05, 5.0, size=20_000)
    missed_by = random.binomial(5, difficulty)
    expected = expected_counts(missed_by, 5)
    assert expected.sum() == pytest.approx(20_000)
    found = np.bincount(missed_by, minlength=6)
    assert (np.abs(found - expected)[1:] < 5 * np.sqrt(expected[1:])).all()
    # E[d²]/E[d] of the beta distribution
    assert shared_share(missed_by, 5).value == pytest.approx(1.05 / 6.05, rel=0.15)


def test_the_model_of_difficulty_at_its_extremes():
    alike = np.array([4] * 30 + [0] * 970)
    assert expected_counts(alike, 4) == pytest.approx([970, 0, 0, 0, 30], abs=1e-3)
    equally_hard = np.array([1] * 30 + [0] * 970)  # fewer are shared than by chance
    chance = 1000 * 4 * 0.0075 * 0.9925**3
    assert expected_counts(equally_hard, 4)[1] == pytest.approx(chance, rel=1e-4)
