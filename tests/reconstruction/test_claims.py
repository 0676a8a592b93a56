"""The claims of task 5 follow from the metrics, and from nothing else."""

import pytest

from dlse.results.claims import judge
from dlse.studies.reconstruction.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table

ABOUT_ANY_DATA = {"pca_eigenvalues"}


def judged(dataset: str = "mnist", without_dim: int | None = None, **changes: float) -> dict:
    """The judged claims by their ids, for a run that meets all of them; `changes` replaces values
    by name, and the autoencoder of one latent dimension may be left out."""
    rows = Metrics("reconstruction", dataset, seed=0)
    for latent_dim, pca, autoencoder in ((2, 44.0, 28.0), (30, 14.0, 3.8)):
        rows.add("epsilon", pca, variant="pca", split="test", latent_dim=latent_dim)
        if latent_dim != without_dim:
            where = {"variant": "autoencoder", "latent_dim": latent_dim}
            value = changes.get(f"autoencoder_{latent_dim}", autoencoder)
            rows.add("epsilon", value, split="test", **where)
            rows.add("epsilon_sem", 0.02, split="test", **where)
            rows.add("cpu_seconds", changes.get("seconds", 60.0), "CPU s", **where)
        excess = changes.get("excess_over_pca", 1e-5)
        where = {"variant": "linear autoencoder", "latent_dim": latent_dim}
        rows.add("excess_over_pca", excess, split="train", **where)
    published = changes.get("published", 13.8663)
    rows.add("epsilon", published, variant="pca", split="official test", latent_dim=30)
    rows.add("eigenvalue_sum_gap", changes.get("eigenvalue_sum_gap", 1e-15), variant="pca")
    rows.add("cpu_seconds", 1.0, "CPU s", variant="pca")
    table = metrics_table(rows.rows).to_pandas()
    return {row["id"]: row for row in judge(table, CLAIMS).to_pylist()}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"published": 13.88}, {"pca_published"}),
        ({"eigenvalue_sum_gap": 2e-9}, {"pca_eigenvalues"}),
        ({"autoencoder_2": 44.0}, {"autoencoder_below_pca"}),
        ({"autoencoder_30": 4.51}, {"autoencoder_30"}),
        ({"excess_over_pca": 0.011}, {"linear_autoencoder"}),
        ({"seconds": 361.0}, {"reconstruction_cost"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = judged(**change)
    assert {name for name, row in found.items() if row["verdict"] == "not met"} == failed
    assert {found[name]["verdict"] for name in found.keys() - failed} == {"met"}


def test_a_stand_in_says_nothing_about_mnist():
    verdicts = {
        name: row["verdict"] for name, row in judged(dataset="digits (stand-in for mnist)").items()
    }
    assert {verdicts.pop(name) for name in ABOUT_ANY_DATA} == {"met"}
    assert set(verdicts.values()) == {"not evaluated"}


def test_what_was_not_computed_is_not_evaluated():
    assert judged(without_dim=30)["autoencoder_30"]["verdict"] == "not evaluated"


def test_the_interval_of_a_single_seed_is_over_its_images():
    assert judged()["autoencoder_30"]["ci_high"] == pytest.approx(3.8 + 1.96 * 0.02)
