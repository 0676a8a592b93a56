"""The claims about the ensembles fail where the metrics contradict them."""

import math

import pandas as pd
import pytest

from dlse.results.claims import judge
from dlse.studies.ensemble.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table


def metrics(**changes: float) -> pd.DataFrame:
    """The ratios of two sizes and the cost of task 3, in a run that meets every claim."""
    rows = Metrics("ensemble")
    for width, depth, ratio in ((4, 8, 80.0), (32, 6, 20.0)):
        ratio = changes.get(f"ratio_{depth}_{width}", ratio)
        for metric, value in (
            ("ratio", ratio),
            ("pairs", 3),
        ):
            rows.add(metric, value, variant="loop", width=width, depth=depth)
    cost = Metrics("regularization", variant="l1")
    cost.add("cpu_seconds", changes.get("seconds", 500.0), "CPU s")
    return metrics_table(rows.rows + cost.rows).to_pandas()


def judged(table: pd.DataFrame) -> dict[str, dict]:
    return {row["id"]: row for row in judge(table, CLAIMS).to_pylist()}


def test_a_good_run_meets_every_claim():
    found = judged(metrics())
    assert {row["verdict"] for row in found.values()} == {"met"}
    ratio = found["ensemble_8_4"]
    assert (ratio["estimate"], ratio["n"], ratio["n_of"]) == (80.0, 3, "pairs")
    assert math.isnan(ratio["ci_low"])  # extremes of three are no interval


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"ratio_8_4": 29.0}, {"ensemble_8_4"}),
        ({"ratio_6_32": 14.0}, {"ensemble_6_32"}),
        ({"seconds": 1501.0}, {"small_networks_cost"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = judged(metrics(**change))
    assert {name for name, row in found.items() if row["verdict"] == "not met"} == failed


def test_claims_about_sizes_that_were_not_measured_are_not_evaluated():
    table = metrics()
    found = judged(table[table.study != "ensemble"])
    assert {name for name, row in found.items() if row["verdict"] == "not evaluated"} == {
        "ensemble_8_4",
        "ensemble_6_32",
    }
