"""The claims of task 5 follow from the metrics, and from nothing else."""

import pytest

from dlse.results.claims import judge
from dlse.studies.reconstruction.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table

SEEDS = (1, 2, 3)


def judged(dataset: str = "mnist", official_dim: int | None = 30, **changes: float) -> dict:
    """The judged claims by their ids, for a run that meets all of them; `changes` replaces values
    by name. official_dim: the latent dimension on the data set's own split; None for none."""
    spread = changes.get("spread", 0.01)
    rows = Metrics("reconstruction", dataset)
    for latent_dim, pca, autoencoder in ((2, 44.0, 28.0), (30, 14.0, 2.8)):
        for seed in SEEDS:
            where = {"split": "test", "latent_dim": latent_dim, "seed": seed}
            rows.add("epsilon", pca, variant="pca", **where)
            value = changes.get(f"autoencoder_{latent_dim}", autoencoder) + spread * (seed - 2)
            rows.add("epsilon", value, variant="autoencoder", **where)
    for seed in SEEDS[:2]:  # the others are trained with the start at PCA alone
        plain = {"variant": "plain autoencoder", "split": "test", "latent_dim": 2, "seed": seed}
        rows.add("epsilon", 30.0, **plain)
    where = {"variant": "linear autoencoder", "latent_dim": 2, "seed": 1}
    rows.add("excess_over_pca", changes.get("excess_over_pca", 1e-5), split="train", **where)
    official = Metrics("official", dataset, latent_dim=official_dim, split="test")
    for seed in SEEDS if official_dim else ():
        official.add("epsilon", changes.get("published", 13.8663), variant="pca", seed=seed)
        error = changes.get("error", 2.5) + spread * (seed - 2)
        official.add("epsilon", error, variant="autoencoder", seed=seed)
        # No claim may look at a value on the way.
        official.add("epsilon", 0.1, variant="autoencoder", seed=seed, step=1)
    table = metrics_table(rows.rows + official.rows).to_pandas()
    return {row["id"]: row for row in judge(table, CLAIMS).to_pylist()}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"published": 13.88}, {"pca_published"}),
        ({"autoencoder_2": 44.0}, {"autoencoder_below_pca", "autoencoder_below_plain"}),
        ({"autoencoder_2": 30.1}, {"autoencoder_below_plain"}),
        ({"error": 3.01}, {"autoencoder_2006"}),
        ({"excess_over_pca": 0.011}, {"linear_autoencoder"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = judged(**change)
    assert {name for name, row in found.items() if row["verdict"] == "not met"} == failed
    assert {found[name]["verdict"] for name in found.keys() - failed} == {"met"}


def test_seeds_that_differ_much_establish_nothing():
    found = judged(spread=1.0)  # the intervals reach 2.48 further
    unsure = {name for name, row in found.items() if row["verdict"] == "met, not established"}
    assert unsure == {"autoencoder_below_plain", "autoencoder_2006"}
    error = found["autoencoder_2006"]
    assert error["ci_high"] == pytest.approx(2.5 + 4.302653 / 3**0.5, rel=1e-6)
    assert error["n"] == 3


def test_a_stand_in_says_nothing_about_mnist():
    found = judged(dataset="digits (stand-in for mnist)")
    assert {row["verdict"] for row in found.values()} == {"not evaluated"}


@pytest.mark.parametrize("official_dim", [None, 8])
def test_what_was_not_computed_is_not_evaluated(official_dim):
    found = judged(official_dim=official_dim)
    unknown = {name for name, row in found.items() if row["verdict"] == "not evaluated"}
    assert unknown == {"autoencoder_2006", "pca_published"}
