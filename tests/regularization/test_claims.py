"""The claims of task 3 fail where the metrics contradict them."""

import pandas as pd
import pytest

from dlse.studies.regularization.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts

ERRORS = {"none": 0.045, "l1": 0.045, "l2": 0.046, "dropout": 0.040}


def metrics(**changes: float) -> pd.DataFrame:
    """Forty noise seeds with two networks each, in a run that meets every claim. Among the changes,
    `l1` is the error of the first five seeds, `l1_all` that of the others, and `l1_mean` that of
    the mean for the first two seeds."""
    rows = Metrics("regularization")
    for method, error in ERRORS.items():
        for seed in range(40):
            name = method if seed < 5 else f"{method}_all"
            where = {"variant": method, "seed": seed}
            for k in range(2):
                rows.add("rel_l2", changes.get(name, error), initialization_seed=k, **where)
            mean = changes.get(f"{method}_mean", error) if seed < 2 else error
            rows.add("rel_l2_of_mean", mean, **where)
    return metrics_table(rows.rows).to_pandas()


def test_a_good_run_meets_every_claim():
    assert set(verdicts(CLAIMS, metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"l1": 0.06}, {"l1_share"}),
        ({"l2_all": 0.05, "l2": 0.05}, {"l2_median", "l2_share"}),
        ({"dropout_all": 0.042}, {"dropout_median_4_1"}),
        ({"l2_mean": 0.051}, {"l2_mean_share"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


@pytest.mark.parametrize("left_out", [("none", "l1", "l2"), ("l1", "l2", "dropout")])
def test_claims_about_methods_that_are_left_out_are_not_evaluated(left_out):
    table = metrics()
    found = verdicts(CLAIMS, table[~table.variant.isin(left_out)])
    not_evaluated = {name for name, verdict in found.items() if verdict == "not evaluated"}
    assert not_evaluated == {claim.id for claim in CLAIMS if claim.id.startswith(left_out)}
