"""What the figures of task 4 say in their titles is what they draw."""

import pandas as pd

from dlse.studies.initialization.figures import curves_message, errors_message, theory_message


def test_a_family_is_ahead_only_if_it_is_at_every_depth():
    ahead = pd.DataFrame({"xavier_normal": [9, 8], "he_normal": [5, 4], "he_uniform": [8, 7]})
    mixed = ahead.assign(he_uniform=[8, 8])
    assert errors_message({"SGD": ahead, "Adam": mixed}) == (
        "Under SGD, He's median errors are below Xavier's at every depth; under Adam, neither "
        "family is below the other at every depth"
    )
    assert errors_message({"SGD": ahead, "Adam": ahead}).startswith("Under SGD and Adam, He's")
    behind = pd.DataFrame({"xavier_normal": [3, 3], "he_normal": [5, 4]})
    assert "Xavier's median errors are below He's" in errors_message({"SGD": behind})
    alone = errors_message({"SGD": ahead[["he_normal"]]})
    assert alone == "Under SGD, the median test errors are between 4.0 and 5.0 %"


def test_the_first_to_halve_the_error_is_counted_by_panel():
    first = {"he_normal": 10.0, "xavier_normal": 40.0}
    assert curves_message([first, first]).endswith("before Xavier's in every panel")
    later = {"he_normal": 40.0, "xavier_normal": 40.0}
    assert curves_message([first, later]).endswith("before Xavier's in 1 of 2 panels")
    assert curves_message([{"he_normal": 10.0}, {"he_normal": float("inf")}]).startswith(
        "In 1 of 2"
    )


def test_theory_is_confirmed_only_within_a_tolerance():
    assert theory_message({"xavier_normal": 1.06, "he_normal": 1.02}) == (
        "From layer to layer, Xavier halves the second moment of the values and He keeps it, to "
        "within 6 %"
    )
    assert "depart from theory by up to 40 %" in theory_message({"he_normal": 1.4})
    assert "He keeps the second moment" in theory_message({"he_normal": 1.1})
    assert "measured" in theory_message({})
