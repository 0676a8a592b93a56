"""The claims of tasks 6, 7 and 8 are judged by the metrics alone."""

import math

import pandas as pd
import pytest

from dlse.studies.wgan.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts


def metrics(**changes: float) -> pd.DataFrame:
    """The metrics of a small run that meets every claim; `changes` replaces values by name."""
    rows = [*_uniformity(changes), *_speed(changes), *_runs(changes)]
    return metrics_table(rows).to_pandas()


def _uniformity(changes: dict) -> list[dict]:
    """True samples, and one flaw that two measures detect, one of which must."""
    rows = Metrics("uniformity", dim=5)
    rows.add("headline", changes.get("floor", 0.02), variant="floor", seed=0)
    for measure, names in (("headline", ("sees", "must_see")), ("outside_share", ("sees",))):
        for name in names:
            rows.add(name, changes.get(name, 1.0), variant="shift", split=measure)
    rows.add("job_cpu_seconds", changes.get("job_cpu_seconds", 700.0), "CPU s")
    return rows.rows


def _speed(changes: dict) -> list[dict]:
    rows = Metrics("wgan_speed", dim=5)
    rows.add("gradient_difference", changes.get("gradient_difference", 1e-16))
    return rows.rows


def _runs(changes: dict) -> list[dict]:
    """For each task, ten runs with enough noise and one with too little. The first `strays` of
    them leave 5 % again, and the first `late` have not reached it."""
    rows = Metrics("wgan")
    for dim, seconds in ((5, 0.4), (20, 2.0)):
        for noise_dim, seeds in ((2, 1), (dim, 10)):
            enough = noise_dim == dim
            for seed in range(seeds):
                reached = enough and seed >= changes.get("late", 0)
                stays = reached and seed >= changes.get("strays", 0)
                final = changes.get("final", 0.03) if enough else 0.4
                for metric, split, value in (
                    ("reached", "averaged", reached),
                    ("stays", "averaged", stays),
                    ("steps_to_accuracy", "averaged", 300),
                    ("cpu_seconds_to_accuracy", "averaged", changes.get("to_5", seconds)),
                    ("headline", "final averaged", final),
                    ("headline", "final raw", 0.4),
                ):
                    rows.add(metric, float(value), variant=f"uniform{dim}", dim=dim,
                             noise_dim=noise_dim, seed=seed, split=split)  # fmt: skip
    return rows.rows


def test_a_good_run_meets_every_claim():
    assert set(verdicts(CLAIMS, metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"floor": 0.05}, {"true_samples_pass"}),
        ({"sees": 0.0}, {"known_wrongs"}),
        ({"gradient_difference": 2e-10}, {"penalty_gradient"}),
        ({"strays": 1}, {"uniform5_stays"}),
        ({"strays": 2}, {"uniform5_stays", "uniform20_stays"}),
        ({"late": 5}, {"uniform5_stays", "uniform20_stays"}),
        ({"late": 6}, {f"uniform{d}_{c}" for d in (5, 20) for c in ("stays", "cost")}),
        ({"final": 0.05}, {"uniform5_final", "uniform20_final"}),
        ({"to_5": 1.1}, {"uniform5_cost"}),
        ({"job_cpu_seconds": 721.0}, {"wgan_cost"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_claims_about_runs_with_enough_noise_need_such_runs():
    table = metrics()
    enough = (table.study == "wgan") & (table.noise_dim == table.dim)
    found = verdicts(CLAIMS, table[~enough])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == {
        f"uniform{dim}_{claim}" for dim in (5, 20) for claim in ("stays", "final", "cost")
    }


def test_a_claim_about_a_value_that_is_not_a_number_is_not_evaluated():
    found = verdicts(CLAIMS, metrics(gradient_difference=math.nan))
    assert found["penalty_gradient"] == "not evaluated"
