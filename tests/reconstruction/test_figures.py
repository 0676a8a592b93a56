"""What the figures of task 5 say in their titles is what they draw."""

import pandas as pd
import pytest

from dlse.studies.reconstruction.figures import (
    curve_message,
    linear_message,
    reconstructions_message,
)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({2: [0.6, 0.7], 30: [0.3, 0.5]}, "most of all at 30, where it leaves 40.0 % of PCA's"),
        ({2: [0.6], 30: [1.2], 64: [1.0]}, "not below PCA's at 30 and 64 dimensions; the least is"),
        ({3: [0.5]}, "With 3 dimensions, the autoencoder leaves 50.0 % of PCA's test error"),
    ],
)
def test_the_autoencoder_is_better_everywhere_or_the_exceptions_are_named(shares, said):
    assert said in curve_message(pd.DataFrame(shares))


def test_closer_reconstructions_are_counted():
    assert "in each of 2 pairs" in reconstructions_message([True, True])
    assert "in 1 of 2 pairs" in reconstructions_message([True, False])


def test_an_excess_that_is_rounding_is_none():
    assert "equals PCA's" in linear_message(-1e-15)
    assert "by at most 0.0058 %" in linear_message(5.8e-5)
