"""The claims of task 4 fail where the metrics contradict them."""

import pandas as pd
import pytest

from dlse.studies.initialization.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts


def metrics(**changes: float) -> pd.DataFrame:
    """Two initializations at two depths, in a run that meets every claim; `changes` replaces
    their slopes and their errors at one depth."""
    rows = Metrics("initialization")
    for variant, slope, error in (("xavier_normal", -1.0, 0.18), ("he_normal", 0.0, 0.14)):
        slope = changes.get(f"{variant}_slope", slope)
        for end, value in (("", slope), ("_low", slope - 0.01), ("_high", slope + 0.01)):
            rows.add(f"second_moment_slope{end}", value, variant=variant)
        rows.add("second_moment_slope_batches", 16.0, variant=variant)
        for depth in (8, 16):
            value = changes.get(f"{variant}_{depth}", error)
            for seed in range(3):
                where = {"variant": variant, "optimizer": "sgd", "depth": depth, "seed": seed}
                rows.add("train_rel_l2", value, **where)
    return metrics_table(rows.rows).to_pandas()


def test_a_good_run_meets_every_claim():
    assert set(verdicts(CLAIMS, metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"xavier_normal_slope": -0.94}, {"xavier_halves"}),
        ({"he_normal_slope": 0.06}, {"he_keeps"}),
        ({"he_normal_16": 0.19}, {"he_below_xavier_sgd"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_claims_about_an_initialization_that_is_left_out_are_not_evaluated():
    table = metrics()
    found = verdicts(CLAIMS, table[table.variant != "xavier_normal"])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == {
        "xavier_halves",
        "he_below_xavier_sgd",
    }
