"""The claims of task 5 follow from the metrics, and from nothing else."""

import pytest

from dlse.results.claims import judge
from dlse.studies.reconstruction.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.long_tables import reconstruction_long

ABOUT_ANY_DATA = {"pca_eigenvalues"}


SEEDS = (1, 2, 3)
LONG = ("error", "refined", "spread", "latent_dim")  # what may be changed of the long trainings


def judged(dataset: str = "mnist", without_dim: int | None = None, **changes: float) -> dict:
    """The judged claims by their ids, for a run that meets all of them; `changes` replaces values
    by name, and the autoencoders of one latent dimension may be left out."""
    rows = Metrics("reconstruction", dataset)
    for latent_dim, pca, plain, autoencoder in ((2, 44.0, 30.0, 28.0), (30, 14.0, 5.0, 2.8)):
        spread = changes.get("spread", 0.01)
        for seed in SEEDS:
            where = {"split": "test", "latent_dim": latent_dim, "seed": seed}
            rows.add("epsilon", pca, variant="pca", **where)
            if latent_dim == without_dim:
                continue
            noise = spread * (seed - 2)
            value = changes.get(f"autoencoder_{latent_dim}", autoencoder) + noise
            rows.add("epsilon", value, variant="autoencoder", **where)
            rows.add("epsilon", plain, variant="plain autoencoder", **where)
            seconds = changes.get("seconds", 60.0)
            rows.add("cpu_seconds", seconds, "CPU s", variant="autoencoder", **where)
        excess = changes.get("excess_over_pca", 1e-5)
        where = {"variant": "linear autoencoder", "latent_dim": latent_dim, "seed": 1}
        rows.add("excess_over_pca", excess, split="train", **where)
    published = {"variant": "pca", "split": "official test", "latent_dim": 30, "seed": 1}
    rows.add("epsilon", changes.get("published", 13.8663), **published)
    gap = changes.get("eigenvalue_sum_gap", 1e-15)
    rows.add("eigenvalue_sum_gap", gap, variant="pca", seed=1)
    rows.add("cpu_seconds", 1.0, "CPU s", variant="pca", seed=1)
    of_long = {name: changes[f"long_{name}"] for name in LONG if f"long_{name}" in changes}
    table = metrics_table(rows.rows + reconstruction_long(dataset, **of_long).rows).to_pandas()
    return {row["id"]: row for row in judge(table, CLAIMS).to_pylist()}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"published": 13.88}, {"pca_published"}),
        ({"eigenvalue_sum_gap": 2e-9}, {"pca_eigenvalues"}),
        ({"autoencoder_2": 44.0}, {"autoencoder_below_pca", "autoencoder_below_plain"}),
        ({"autoencoder_2": 30.1}, {"autoencoder_below_plain"}),
        ({"long_error": 3.01}, {"autoencoder_long_2006", "autoencoder_long_replication"}),
        ({"long_error": 2.66}, {"autoencoder_long_replication"}),
        ({"long_refined": 2.66}, {"autoencoder_refined"}),
        ({"excess_over_pca": 0.011}, {"linear_autoencoder"}),
        ({"seconds": 251.0}, {"reconstruction_cost"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = judged(**change)
    assert {name for name, row in found.items() if row["verdict"] == "not met"} == failed
    assert {found[name]["verdict"] for name in found.keys() - failed} == {"met"}


def test_seeds_that_differ_much_establish_nothing():
    found = judged(spread=1.0)  # the intervals reach 2.48 further
    unsure = {name for name, row in found.items() if row["verdict"] == "met, not established"}
    assert unsure == {"autoencoder_below_plain"}
    found = judged(long_spread=1.0)
    unsure = {name for name, row in found.items() if row["verdict"] == "met, not established"}
    assert unsure == {"autoencoder_long_2006", "autoencoder_long_replication"}
    long = found["autoencoder_long_2006"]
    assert long["ci_high"] == pytest.approx(2.5 + 4.302653 / 3**0.5, rel=1e-6)
    assert long["n"] == 3


def test_a_stand_in_says_nothing_about_mnist():
    verdicts = {
        name: row["verdict"] for name, row in judged(dataset="digits (stand-in for mnist)").items()
    }
    assert {verdicts.pop(name) for name in ABOUT_ANY_DATA} == {"met"}
    assert set(verdicts.values()) == {"not evaluated"}


def test_what_was_not_computed_is_not_evaluated():
    found = judged(long_latent_dim=8)
    for name in ("autoencoder_long_2006", "autoencoder_long_replication", "autoencoder_refined"):
        assert found[name]["verdict"] == "not evaluated"
