"""The claims of tasks 6, 7 and 8 are judged by the metrics alone."""

import numpy as np
import pandas as pd
import pytest

from dlse.results.estimates import wilson_interval
from dlse.studies.wgan.claims import CLAIMS, share_by_seed
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts


def metrics(**changes: float) -> pd.DataFrame:
    """The metrics of a small run that meets every claim; `changes` replaces values by name. For
    each task, ten seeds with three noise dimensions, of which the first is too few. The first
    `strays` seeds leave 5 % again with the second, and the first `late` do not reach it. Three
    seeds with a folded output, of which the last is told best."""
    rows = Metrics("wgan")

    def add(values, **where):
        for metric, value in values.items():
            at = {"split": "final averaged", **where}
            rows.add(metric, float(changes.get(metric, value)), **at)

    for dim, flops, steps in ((5, 3e7, 300), (20, 8e7, changes.get("steps", 1100))):
        for repetition, factor in enumerate((1.0, 1.1, 0.9)):
            seconds = factor * (1e-3 if dim == 5 else 2e-3)
            rows.add("cpu_seconds_per_step", seconds, dim=dim, repetition=repetition)
        for noise_dim in (2, dim, 2 * dim):
            enough = noise_dim >= dim
            for seed in range(10):
                where = {"variant": f"uniform{dim}", "dim": dim, "noise_dim": noise_dim}
                reached = enough and seed >= changes.get("late", 0)
                stays = reached and (noise_dim > dim or seed >= changes.get("strays", 0))
                final = 0.03 if enough else changes.get("too_little", 0.3) + 0.001 * seed
                add({"reached": reached, "stays": stays, "steps": steps}, seed=seed,
                    **where, split="averaged")  # fmt: skip
                add({"flops_per_step": flops}, seed=seed, **where, split=None)
                add({"headline": final, "worst_marginal_ks": 0.02, "norm_distance": 0.02,
                     "classifier_accuracy": 0.51}, seed=seed, **where)  # fmt: skip
        for seed in range(3):
            where = {"variant": f"fold{dim}", "dim": dim, "noise_dim": dim, "seed": seed}
            add({"reached": 1, "steps": 100}, **where, split="averaged")
            add({"flops_per_step": flops}, **where, split=None)
            rows.add("classifier_accuracy", changes.get("folded", 0.505) + 0.002 * seed,
                     split="final averaged", **where)  # fmt: skip
    return metrics_table(rows.rows).to_pandas()


def test_a_good_run_meets_every_claim():
    """With ten seeds, 90 % of the runs cannot be established."""
    found = verdicts(CLAIMS, metrics())
    shares = [f"uniform{dim}_stays" for dim in (5, 20)]
    assert {found.pop(share) for share in shares} == {"met, not established"}
    assert set(found.values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"strays": 2}, set()),  # of 20 runs
        ({"strays": 3}, {"uniform5_stays", "uniform20_stays"}),
        ({"too_little": 0.04}, {"wgan_too_little_noise"}),
        ({"worst_marginal_ks": 0.051}, {"wgan_marginals"}),
        ({"norm_distance": 0.051}, {"uniform5_norm", "uniform20_norm"}),
        ({"folded": 0.5215}, {"fold5_classifier", "fold20_classifier"}),
        ({"steps": 500}, {"cost_ratio"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_without_runs_with_enough_noise_and_without_reached_ones_there_is_no_ratio():
    table = metrics()
    is_enough = table.variant.isin(("uniform5", "uniform20")) & (table.noise_dim >= table.dim)
    found = verdicts(CLAIMS, table[~is_enough])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == {
        "wgan_marginals", "cost_ratio",
        *(f"uniform{dim}_{of}" for dim in (5, 20) for of in ("stays", "norm", "classifier")),
    }  # fmt: skip
    late = verdicts(CLAIMS, metrics(late=6))
    assert late["cost_ratio"] == "not evaluated"


def test_the_interval_of_a_share_is_wilsons_over_seeds():
    """Where all runs of a seed have the same outcome, it is that of the seeds alone."""
    runs = pd.DataFrame({"seed": [*range(8)] * 3, "stays": [*[1] * 7, 0] * 3})
    found = share_by_seed(runs, "stays")
    assert found == pytest.approx((*(100 * np.array(wilson_interval(7, 8)[:3])), 8))
    assert share_by_seed(runs[:0], "stays") is None
