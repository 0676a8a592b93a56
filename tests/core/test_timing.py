"""Contestants take turns, and ratios are of the same round."""

import math

from dlse.results.timing import benchmark_rows, in_turn, ratios
from dlse.studies.benchmark.facts import unreached
from dlse.workflow.tables import metrics_table


def test_contestants_take_turns_and_the_first_round_does_not_count():
    calls = []

    def contestant(name: str):
        calls.append(name)
        return float(len(calls))

    found = in_turn({name: lambda name=name: contestant(name) for name in "ab"}, 3)
    assert calls == ["a", "b"] * 4
    assert found == {"a": [3, 5, 7], "b": [4, 6, 8]}


def test_ratios_are_of_the_same_round():
    # The machine was three times slower in the second round: no ratio shows it.
    assert ratios([2, 6, 2], [1, 3, 1]) == {"ratio": 2, "smallest_ratio": 2, "largest_ratio": 2}
    assert ratios([1, 2, 9], [1, 1, 1]) == {"ratio": 2, "smallest_ratio": 1, "largest_ratio": 9}


def test_the_rows_of_a_line_name_peers_and_units():
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


def test_a_peer_that_never_gets_where_ours_did_is_named_with_how_long_it_went_on():
    common = {"study": "benchmark", "dataset": "mnist", "unit": "CPU s"}
    cnn = {**common, "variant": "cnn"}
    rows = [
        {**cnn, "accuracy": 0.98, "peer": "ours", "metric": "cpu_seconds", "value": 2},
        {**cnn, "accuracy": 0.98, "peer": "plain", "metric": "ratio", "value": 5},
        {**cnn, "accuracy": 0.99, "peer": "ours", "metric": "cpu_seconds", "value": 4},
        {**cnn, "accuracy": 0.981, "peer": "plain", "metric": "cpu_seconds_along", "value": 10},
        {**cnn, "accuracy": 0.985, "peer": "plain", "metric": "cpu_seconds_along", "value": 70},
    ]
    for dim, ours in ((5, 3.0), (20, math.inf)):  # in 20 dimensions ours was not there, either
        wgan = {**common, "variant": "wgan", "dim": dim}
        rows += [
            {**wgan, "peer": "ours", "metric": "cpu_seconds", "value": ours},
            {**wgan, "peer": "usual", "metric": "cpu_seconds_at_least", "value": 90},
        ]
    found = unreached(metrics_table(rows).to_pandas())
    assert found[["peer", "accuracy", "dim", "value", "value_ours"]].fillna(0).values.tolist() == [
        ["plain", 0.99, 0, 70, 4],
        ["usual", 0, 5, 90, 3],
    ]
