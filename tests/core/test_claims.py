"""Verdicts follow from the metrics, and from nothing else."""

import dataclasses
import math

import pandas as pd
import pytest

from dlse.results.claims import MNIST, Claim, final_values, judge, largest, minutes, percent
from dlse.results.estimates import Estimate, mean_interval
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import all_claims


def accuracy(rows: pd.DataFrame) -> Estimate | None:
    values = final_values(rows, metric="accuracy", split="test")
    return mean_interval(100 * values) if len(values) else None


ACCURACY = Claim(
    "accuracy", 2, "network",
    "The mean accuracy is at least {:g} %", "≥", 99.5, "%", accuracy, "networks", datasets=MNIST,
)  # fmt: skip
COST = Claim(
    "cost", 1, "network other",
    "The cost is at most {:g} CPU min", "≤", 5.0, "CPU min", minutes, "jobs", kind="cost",
)  # fmt: skip


def metrics(dataset: str = "mnist") -> pd.DataFrame:
    """The metrics of three networks, with an accuracy of 99.7 % and a cost of 5 minutes."""
    rows = Metrics("network", dataset)
    for seed, value in enumerate((0.996, 0.997, 0.998)):
        rows.add("accuracy", value, split="test", seed=seed)
        rows.add("cpu_seconds", 100.0, "CPU s", seed=seed)
        # No claim may look at the values along the training.
        rows.add("accuracy", 0.1, split="test", seed=seed, step=1)
        rows.add("cpu_seconds", 9999.0, "CPU s", seed=seed, step=1)
    return metrics_table(rows.rows).to_pandas()


def verdict(table: pd.DataFrame, claim: Claim, **options) -> str:
    (row,) = judge(table, [claim], **options).to_pylist()
    return row["verdict"]


@pytest.mark.parametrize(
    ("relation", "below", "equal", "above"),
    [
        ("≥", "not met", "met", "met"),
        (">", "not met", "not met", "met"),
        ("≤", "met", "met", "not met"),
        ("<", "met", "not met", "not met"),
    ],
)
def test_a_verdict_compares_the_value_with_the_threshold(relation, below, equal, above):
    claim = dataclasses.replace(COST, relation=relation)
    found = [
        verdict(metrics(), dataclasses.replace(claim, threshold=threshold))
        for threshold in (5.1, 5.0, 4.9)  # the value is below, equal and above
    ]
    assert found == [below, equal, above]


@pytest.mark.parametrize(
    ("relation", "interval", "expected"),
    [
        ("≥", (5.0, 5.2), "met"),
        ("≥", (4.9, 5.2), "met, not established"),
        (">", (5.0, 5.2), "met, not established"),
        ("≤", (4.9, 5.2), "not met"),
        ("≥", (math.nan, math.nan), "met"),  # no interval: the value alone decides
    ],
)
def test_what_an_interval_does_not_carry_is_not_established(relation, interval, expected):
    claim = dataclasses.replace(COST, relation=relation)
    assert claim.verdict(Estimate(5.1, *interval, 3)) == expected


def test_a_row_has_the_estimate_its_interval_and_the_evidence():
    cost, mean = judge(metrics(), [ACCURACY, COST]).to_pylist()
    assert [cost["id"], mean["id"]] == ["cost", "accuracy"]  # in the order of the tasks
    assert (mean["n"], mean["n_of"]) == (3, "networks")
    assert (mean["kind"], cost["kind"]) == ("result", "cost")
    assert mean["estimate"] == pytest.approx(99.7)
    # Student: 4.303 standard errors of 0.1/sqrt(3) on either side.
    assert mean["ci_high"] - mean["estimate"] == pytest.approx(0.2484, abs=1e-4)
    assert mean["verdict"] == "met, not established"  # from 99.45 %
    assert cost["verdict"] == "met"
    assert cost["estimate"] == 5.0
    assert math.isnan(cost["ci_low"])
    assert cost["evidence"] == "results/metrics/network.parquet, results/metrics/other.parquet"


def test_a_claim_about_another_data_set_is_not_evaluated():
    stand_in = metrics("digits (stand-in for mnist)")
    assert verdict(stand_in, ACCURACY) == "not evaluated"
    assert verdict(stand_in, COST) == "met"  # it speaks of any data set


def test_a_claim_about_what_was_not_computed_is_not_evaluated():
    table = metrics()
    assert verdict(table[table.metric != "accuracy"], ACCURACY) == "not evaluated"
    assert verdict(table.assign(study="third"), COST) == "not evaluated"


def test_a_claim_about_an_unknown_value_is_not_evaluated():
    assert verdict(metrics().assign(value=math.nan), ACCURACY) == "not evaluated"


def test_a_preview_evaluates_no_claim():
    assert verdict(metrics(), COST, is_preview=True) == "not evaluated"


def test_an_estimate_of_nothing_is_none():
    nothing = pd.Series([], dtype=float)
    assert largest(nothing) is None
    assert percent(nothing) is None


def test_the_largest_value_and_a_share_are_estimated():
    assert largest([1.0, 3.0, 2.0])[::3] == (3.0, 3)
    share = percent(pd.Series([True] * 81 + [False] * 182))
    # Newcombe 1998, Stat. Med. 17, table I.
    assert (share.low, share.high) == pytest.approx((25.53, 36.62), abs=5e-3)


def test_a_statement_contains_its_threshold():
    assert ACCURACY.words() == "The mean accuracy is at least 99.5 %"
    assert dataclasses.replace(ACCURACY, threshold=99.6).words().endswith("at least 99.6 %")
    assert "{" not in "".join(claim.words() for claim in all_claims())


def test_what_the_assignment_asks_is_claimed_of_every_task_that_asks_for_a_number():
    asked = {claim.task for claim in all_claims() if claim.asked}
    assert asked == {1, 3, 6, 7}
    assert {claim.kind for claim in all_claims() if claim.asked} == {"result"}


def test_no_two_claims_share_an_id():
    ids = [claim.id for claim in all_claims()]
    assert len(ids) > 30
    assert len(set(ids)) == len(ids)
