"""What the figures of task 3 say in their titles is what they draw."""

import pandas as pd
import pytest

from dlse.studies.regularization.figures import (
    choice_message,
    errors_message,
    fits_message,
    jump_message,
)


@pytest.mark.parametrize(
    ("medians", "said"),
    [
        (
            {"none_wide": 4.57, "dropout_wide": 4.12},
            "Dropout (wide) has the lowest median error, 4.12 %; the same network without "
            "regularization has 4.57 %",
        ),
        ({"none_wide": 4, "l1_wide": 5}, "No regularization (wide) has the lowest median error, "),
        (
            {"l1_wide": 5, "linear interpolation": 4},
            "Linear interpolation has the lowest median error, 4.00 %",
        ),
        ({"l1_wide": 4}, "L1 (wide) has the lowest median error, 4.00 %"),
    ],
)
def test_the_lowest_error_is_beside_its_control(medians, said):
    assert errors_message(pd.Series(medians)).startswith(said)


def test_places_of_the_jump_are_named_if_they_differ():
    places = [0.4, 0.5, 0.6]
    assert "unless the jump is at 0.5 of" in jump_message(pd.Series([5, 4.9, 6], places))
    assert "At every place" in jump_message(pd.Series([4.0, 4, 4], places))
    assert "At no place" in jump_message(pd.Series([5.0, 6, 7], places))


def test_counts():
    assert fits_message([True, False]).startswith("In 1 of 2 networks")
    assert choice_message([True, True]).startswith("In every choice")
    assert choice_message([True, False]).startswith("In 1 of 2 choices")
    assert "nothing was chosen" in choice_message([])
