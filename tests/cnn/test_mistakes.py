"""How the mistakes of two recipes are compared: against McNemar's test."""

import math

import pytest

from dlse.studies.cnn.mistakes import accuracy_difference


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
