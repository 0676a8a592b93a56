"""The claims of task 2 fail where the metrics contradict them."""

import pandas as pd
import pytest

from dlse.results.claims import percent
from dlse.studies.dying_relu.claims import CLAIMS, difference
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts


def metrics(**changes: float) -> pd.DataFrame:
    """Of a hundred networks with plain ReLUs, four are alive, and 50 are born dead; with a remedy,
    30 are. One estimate is from birth. The run meets every claim; `changes` replaces single
    values."""
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
    alive = {"he_normal": 4, "leaky_relu": 30, "asymmetric": 30, "published": 4}
    for variant, survivors in alive.items():
        function, size = ("absolute", (2, 9)) if variant == "published" else ("runge", (4, 8))
        for seed in range(100):
            where = {
                "variant": variant, "dataset": f"{function} function", "seed": seed,
                "width": size[0], "depth": size[1],
            }  # fmt: skip
            is_dead = seed >= changes.get(variant, survivors)
            born_dead = seed >= changes.get("born_alive", 50)
            rows.add("born_dead", float(born_dead), **where)
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
        ({"published": 10}, {"published_collapse"}),
        ({"born_alive": 4}, {"killed_by_training"}),
        ({"leaky_relu": 4}, {"leaky_relu_rescues"}),
        ({"asymmetric": 3}, {"asymmetric_rescues"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


@pytest.mark.parametrize(
    ("change", "claim"),
    [({"published": 8}, "published_collapse"), ({"leaky_relu": 8}, "leaky_relu_rescues")],
)
def test_what_chance_explains_is_not_established(change, claim):
    assert verdicts(CLAIMS, metrics(**change))[claim] == "met, not established"


def test_the_interval_of_a_difference_has_the_textbook_value():
    # Newcombe 1998, Stat. Med. 17, 873, table II: 56 of 70 against 48 of 80, method 10.
    one, other = (percent(pd.Series([1] * k + [0] * (n - k))) for k, n in ((56, 70), (48, 80)))
    found = difference(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((20.0, 5.24, 33.39), abs=0.01)
    assert difference(one, None) is None


def test_a_claim_about_networks_that_were_not_trained_is_not_evaluated():
    table = metrics()
    found = verdicts(CLAIMS, table[table.variant != "published"])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == {
        "published_collapse"
    }
