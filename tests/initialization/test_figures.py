"""What the figures of task 4 say in their titles is what they draw."""

from dlse.studies.initialization.figures import curves_message, theory_message


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
