"""The claims of task 3 fail where the metrics contradict them."""

import pandas as pd
import pytest

from dlse.studies.regularization.claims import ANSWERS, CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts

ERRORS = {
    "none_narrow": 0.045, "l1_narrow": 0.045, "l2_narrow": 0.046, "none_wide": 0.045,
    "dropout_wide": 0.040,
}  # fmt: skip


def metrics(**changes: float) -> pd.DataFrame:
    """Forty noise seeds with two networks each, in a run that meets every claim. Among the changes,
    `l1_narrow` is the error of the first five seeds, `l1_narrow_all` that of the others, and
    `l1_narrow_moved` that with the jump elsewhere."""
    judged, moved = Metrics("regularization"), Metrics("regularization_jump")
    for variant, error in ERRORS.items():
        for seed in range(40):
            name = variant if seed < 5 else f"{variant}_all"
            elsewhere = changes.get(f"{variant}_moved", error + 0.02 * (1 + ("drop" in variant)))
            for k in range(2):
                where = {"variant": variant, "seed": seed, "initialization_seed": k}
                judged.add("rel_l2", changes.get(name, error), **where)
                for place in (0.3, 0.5, 0.7):
                    at = error if place == 0.5 else elsewhere
                    moved.add("rel_l2", at, place=place, **where)
    return metrics_table(judged.rows + moved.rows).to_pandas()


def test_a_good_run_meets_every_claim():
    assert set(verdicts(CLAIMS, metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"l1_narrow_all": 0.06}, {"l1_narrow_median"}),
        ({"l2_narrow_all": 0.05, "l2_narrow": 0.05}, {"l2_narrow_median"}),
        ({"none_wide_all": 0.039}, {"dropout_lowers"}),
        ({"dropout_wide_moved": 0.066}, {"dropout_raises_elsewhere"}),
        ({"l1_narrow_moved": 0.049}, {"jump_elsewhere"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_a_difference_that_the_noise_seeds_cannot_show_is_not_established():
    table = metrics(none_wide_all=0.0405, none_wide=0.038)
    assert verdicts(CLAIMS, table)["dropout_lowers"] == "met, not established"


def test_the_assignment_asks_for_the_medians_only():
    assert {claim.id for claim in CLAIMS if claim.asked} == {f"{v}_median" for v in ANSWERS}


@pytest.mark.parametrize(
    ("left_out", "not_evaluated"),
    [
        (
            ("none_narrow", "none_wide", "l1_narrow", "l2_narrow"),
            {"l1_narrow_median", "l2_narrow_median", "dropout_lowers",
             "dropout_raises_elsewhere"},
        ),
        (
            ("l1_narrow", "l2_narrow", "dropout_wide"),
            {claim.id for claim in CLAIMS} - {"jump_elsewhere"},
        ),
    ],
)  # fmt: skip
def test_claims_about_what_is_left_out_are_not_evaluated(left_out, not_evaluated):
    table = metrics()
    found = verdicts(CLAIMS, table[~table.variant.isin(left_out)])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == not_evaluated
