"""The verdicts of the claims about Mechanical MNIST follow from the metrics."""

import pandas as pd
import pytest

from dlse.studies.mechanical.claims import CLAIMS, advantage
from dlse.workflow.tables import Metrics, metrics_table
from support.studies import verdicts


def metrics(dataset: str = "mnist", **changes: float) -> pd.DataFrame:
    """A small run that meets every claim; `changes` replaces values."""
    rows = Metrics("mechanical_solver", dataset, variant="simulated", load_step=12)
    for image, difference in enumerate((0.001, changes.get("energy", -0.001))):
        rows.add("published_difference", difference, image=image)
        rows.add("energies", 1.0, image=image)
    compressed = [rows]
    for study, name, share in (
        ("mechanical", "mechanical mnist, simulated", changes.get("fields", 0.5)),
        ("bitmaps", "mnist (images of the blocks)", changes.get("control", 0.7)),
    ):
        errors = Metrics(study, name if dataset == "mnist" else dataset, split="test")
        for seed, noise in enumerate((-0.01, 0.0, 0.01)):
            for latent_dim, pca in ((2, 40.0), (8, 10.0)):
                where = {"latent_dim": latent_dim, "seed": seed}
                errors.add("epsilon", pca, variant="pca", **where)
                # 0.8 and 1.25 times as much have the share as their geometric mean.
                value = (share + noise) * pca * (0.8 if latent_dim == 2 else 1.25)
                errors.add("epsilon", value, variant="autoencoder", **where)
        compressed.append(errors)
    return pd.concat([metrics_table(of.rows).to_pandas() for of in compressed])


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"energy": -0.011}, {"mechanical_energy"}),
        ({"fields": 0.81, "control": 0.9}, {"mechanical_below_pca"}),
        ({"control": 0.49}, {"mechanical_advantage"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(CLAIMS, metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed
    assert "not evaluated" not in found.values()


def test_a_stand_in_says_nothing_about_mnist():
    found = verdicts(CLAIMS, metrics(dataset="digits (stand-in for mnist)", energy=0.5))
    assert set(found.values()) == {"not evaluated"}


def test_published_fields_say_nothing_about_a_simulation():
    table = metrics()
    found = verdicts(CLAIMS, table[table.study != "mechanical_solver"])
    assert found.pop("mechanical_energy") == "not evaluated"
    assert set(found.values()) == {"met"}


def test_the_advantage_is_a_difference_of_geometric_means_paired_over_the_seeds():
    found = advantage(metrics(control=0.6))
    assert (found.value, found.low, found.high) == pytest.approx((10, 10, 10))
    assert found.n == 3
