"""The claims of task 4 fail where the metrics contradict them."""

import operator

import numpy as np
import pandas as pd
import pytest

from dlse.studies.initialization.claims import (
    CLAIMS,
    compared_medians,
    he_shares,
    median_error,
    seed_errors,
)
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts

SEEDS = 6


def metrics(**changes: float) -> pd.DataFrame:
    """Two initializations at two depths, in a run that meets every claim; `changes` replaces
    their slopes, and their errors by optimizer and depth, in the beginning and at the end."""
    rows = Metrics("initialization")
    for variant, slope, error in (("xavier_normal", -1.0, 0.048), ("he_normal", 0.0, 0.045)):
        slope = changes.get(f"{variant}_slope", slope)
        for end, value in (("", slope), ("_low", slope - 0.01), ("_high", slope + 0.01)):
            rows.add(f"second_moment_slope{end}", value, variant=variant)
        rows.add("second_moment_slope_networks", 2048.0, variant=variant)
        for optimizer in ("sgd", "adam"):
            for depth in (8, 16):
                of = f"{variant}_{optimizer}_{depth}"
                for seed in range(SEEDS):
                    where = {"variant": variant, "optimizer": optimizer, "depth": depth}
                    end, first = changes.get(of, error), changes.get(f"{of}_first", 10 * error)
                    rows.add("test_rel_l2", end + 1e-4 * seed, seed=seed, **where)
                    rows.add("first_rel_l2", first + 1e-4 * seed, seed=seed, **where)
    return metrics_table(rows.rows).to_pandas()


def test_a_good_run_meets_every_claim():
    assert set(verdicts(CLAIMS, metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"xavier_normal_slope": -0.94}, {"xavier_halves"}),
        ({"he_normal_slope": 0.06}, {"he_keeps"}),
        ({"he_normal_sgd_16_first": 0.5}, {"he_first_sgd"}),
        ({"he_normal_sgd_16": 0.0485}, {"he_below_xavier_sgd"}),
        ({"he_normal_adam_8": 0.06, "he_normal_adam_16": 0.06}, {"he_adam_5"}),
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
        "he_first_sgd",
        "he_below_xavier_sgd",
    }


def test_a_network_that_diverged_counts_as_an_error_of_100_percent():
    table = metrics(he_normal_sgd_8=np.inf)
    assert (seed_errors(table, "test_rel_l2", "sgd", "^he_", 8) == 100).all()
    assert he_shares(table, "test_rel_l2", "sgd")[8].value > 1000


def test_intervals_are_over_seeds_however_many_networks_share_one():
    errors = np.random.default_rng(0).normal(10, 1, (20, 1))
    alone, repeated = median_error(errors), median_error(np.repeat(errors, 9, 1))
    assert alone == repeated
    assert alone.n == 20


def test_what_all_networks_of_a_seed_share_cancels_in_a_comparison():
    random = np.random.default_rng(0)
    shared = random.normal(50, 10, (40, 1))
    first, second = (shared + random.normal(0, 0.01, (40, 3)) + shift for shift in (1, 0))
    difference = compared_medians(first, second, operator.sub)
    assert difference.n == 40
    assert 0.9 < difference.low < difference.value < difference.high < 1.1
    assert compared_medians(first, second[:, :0], operator.sub) is None
