"""The claims of task 2 fail where the metrics contradict them."""

import pandas as pd
import pytest

from dlse.studies.dying_relu.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts


def metrics(**changes: float) -> pd.DataFrame:
    """Of a hundred networks of each variant, four are alive; one estimate is from birth. The run
    meets every claim; `changes` replaces single values."""
    rows = Metrics("dying_relu")
    birth = {
        "born_dead_probability": changes.get("birth", 0.25),
        "born_dead_low": 0.24,
        "born_dead_high": 0.26,
        "lower_bound": 0.16,
        "upper_bound": 0.36,
        "networks": 10_000,
    }
    for metric, value in birth.items():
        rows.add(metric, value, variant="birth", width=4, depth=8)
    for variant, function in (("he_normal", "runge"), ("published", "absolute")):
        for seed in range(100):
            where = {"variant": variant, "dataset": f"{function} function", "seed": seed}
            is_dead = seed >= changes.get("alive", 4)
            rows.add("dead", float(is_dead), **where)
            rows.add("collapsed", float(is_dead), **where)
            rows.add("offset", changes.get("offset", 1e-6) if is_dead else 0.5, **where)
    return metrics_table(rows.rows).to_pandas()


def test_a_good_run_meets_every_claim():
    assert set(verdicts(CLAIMS, metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"birth": 0.15}, {"born_dead_bounds"}),
        ({"birth": 0.155}, set()),  # The bound lies within the interval.
        ({"offset": 0.002}, {"dead_is_the_mean"}),
        ({"alive": 10}, {"published_collapse"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_a_claim_about_networks_that_were_not_trained_is_not_evaluated():
    table = metrics()
    found = verdicts(CLAIMS, table[table.variant != "published"])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == {
        "published_collapse"
    }
