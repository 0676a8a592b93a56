"""Contestants take turns, and ratios compare values of the same round."""

from dlse.results.timing import benchmark_rows, in_turn, ratios


def test_contestants_take_turns_and_the_first_round_does_not_count():
    calls = []

    def contestant(name: str):
        calls.append(name)
        return float(len(calls))

    found = in_turn({name: lambda name=name: contestant(name) for name in "ab"}, 3)
    assert calls == ["a", "b"] * 4
    assert found == {"a": [3, 5, 7], "b": [4, 6, 8]}


def test_ratios_compare_values_of_the_same_round():
    # The machine was three times slower in the second round: no ratio shows it.
    assert ratios([2, 6, 2], [1, 3, 1]) == {"ratio": 2, "smallest_ratio": 2, "largest_ratio": 2}
    assert ratios([1, 2, 9], [1, 1, 1]) == {"ratio": 2, "smallest_ratio": 1, "largest_ratio": 9}


def test_the_rows_of_a_line_hold_the_median_and_the_ratios_of_each_peer():
    rows = benchmark_rows("pca", "mnist", {"ours": [1.0, 2.0, 3.0], "peer": [4.0, 4.0, 6.0]})
    found = {(row["peer"], row["metric"]): (row["value"], row["unit"]) for row in rows}
    assert found == {
        ("ours", "cpu_seconds"): (2.0, "CPU s"),
        ("peer", "cpu_seconds"): (4.0, "CPU s"),
        ("peer", "ratio"): (2.0, "CPU s/CPU s"),
        ("peer", "smallest_ratio"): (2.0, "CPU s/CPU s"),
        ("peer", "largest_ratio"): (4.0, "CPU s/CPU s"),
    }
    assert {row["rounds"] for row in rows} == {3}


def test_a_peer_that_ran_once_is_compared_with_every_round_and_counts_as_one():
    assert ratios([6], [1, 2, 3]) == {"ratio": 3, "smallest_ratio": 2, "largest_ratio": 6}
    rows = benchmark_rows("cnn", "mnist", {"ours": [1.0, 2.0, 3.0], "peer": [6.0]})
    assert {(row["peer"], row["rounds"]) for row in rows} == {("ours", 3), ("peer", 1)}
