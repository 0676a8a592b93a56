"""Numbers and names as readers see them."""

import math

from dlse.results.formatting import counted, interval_of, listed, number, significant
from dlse.results.names import variant_name


def test_what_is_unknown_is_a_dash_and_what_has_no_end_its_sign():
    assert number(math.nan, 2) == significant(math.nan, 2) == interval_of(math.nan, 1, 1) == "–"
    assert number(math.inf, 2) == significant(math.inf, 2) == "∞"
    assert number(-math.inf, 2) == "−∞"
    assert number(-1234.56, 1) == "−1,234.6"


def test_counts_are_words_with_the_right_number():
    assert counted(1, "layer") == "one layer"
    assert counted(3, "hidden layer") == "three hidden layers"
    assert counted(13, "layer") == "13 layers"


def test_equal_values_are_listed_once():
    assert listed((1e-4, 1e-4)) == "0.0001"
    assert listed((0.5, 0.9)) == "0.5, 0.9"


def test_the_network_that_is_shown_bears_its_real_size():
    assert variant_name("he_normal", "he_normal", 5, 7) == "He normal, 7 × 5"
    assert variant_name("he_normal", "narrow", 5, 7) == "He normal"
    assert variant_name("my_own", "my_own", 2, 3) == "my own, 3 × 2"
