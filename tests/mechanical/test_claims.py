"""The verdicts of the claims about Mechanical MNIST follow from the metrics."""

import pandas as pd
import pytest

from dlse.results.claims import judge
from dlse.studies.mechanical.claims import CLAIMS, advantage
from dlse.workflow.tables import Metrics, metrics_table

CHECKS = (
    "reference_displacement", "reference_energy", "patch_test", "force_difference",
    "stiffness_difference", "imbalance", "rotation_difference",
)  # fmt: skip


def metrics(dataset: str = "mnist", **changes: float) -> pd.DataFrame:
    """A small run that meets every claim; `changes` replaces values. It has three simulated blocks,
    the last of which has a published energy at an early step only."""
    rows = Metrics("mechanical_solver", dataset)
    for check in CHECKS:
        for element, value in (("P1", 1e-13), ("S2R", changes.get(check, 1e-13))):
            rows.add(check, value, variant="checks", element=element)
    differences = (0, 12, 0.001), (1, 12, changes.get("energy", -0.001)), (2, 3, 0.9)
    for image, step, value in differences:
        where = {"variant": "simulated", "image": image, "load_step": step}
        rows.add("published_difference", value, **where)
        rows.add("energies", 1.0, **where | {"load_step": 12})
    rows.add("failures", changes.get("failures", 0.0), variant="simulated")
    rows.add("cpu_seconds", changes.get("seconds", 100.0), "CPU s", variant="simulated")
    compressed = [rows]
    for study, name, share in (
        ("mechanical", "mechanical mnist, simulated", 0.5),
        ("bitmaps", "mnist (images of the blocks)", changes.get("control", 0.7)),
    ):
        errors = Metrics(study, name if dataset == "mnist" else dataset, split="test")
        for seed, noise in enumerate((-0.01, 0.0, 0.01)):
            for latent_dim, pca in ((2, 40.0), (8, 10.0)):
                where = {"latent_dim": latent_dim, "seed": seed}
                errors.add("epsilon", pca, variant="pca", **where)
                # Half as much and twice as much have the share as their geometric mean.
                value = (share + noise) * pca * (0.5 if latent_dim == 2 else 2)
                errors.add("epsilon", value, variant="autoencoder", **where)
        compressed.append(errors)
    return pd.concat([metrics_table(of.rows).to_pandas() for of in compressed])


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    found = judge(table, CLAIMS).to_pylist()
    return {row["id"].removeprefix("mechanical_"): row["verdict"] for row in found}


def test_a_good_run_meets_every_claim():
    assert set(verdicts(metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"reference_displacement": 2e-9}, {"reference_displacement"}),
        ({"reference_energy": 2e-9}, {"reference_energy"}),
        ({"energy": -0.0091}, {"energy_mean"}),
        ({"energy": 0.016}, {"energy_mean", "energy_largest"}),
        ({"patch_test": 2e-9}, {"patch_test"}),
        ({"stiffness_difference": 2e-6}, {"derivatives"}),
        ({"force_difference": 2e-6}, {"derivatives"}),
        ({"imbalance": 2e-8}, {"balance"}),
        ({"rotation_difference": 2e-12}, {"frame"}),
        ({"control": 0.49}, {"advantage"}),
        ({"failures": 1.0}, {"solved"}),
        ({"seconds": 481.0}, {"cost"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_a_stand_in_says_nothing_about_published_values():
    found = verdicts(metrics(dataset="digits (stand-in for mnist)", energy=0.5))
    unknown = {name for name, verdict in found.items() if verdict == "not evaluated"}
    assert unknown == {
        "reference_displacement",
        "reference_energy",
        "energy_mean",
        "energy_largest",
        "advantage",
    }
    assert {found[name] for name in found.keys() - unknown} == {"met"}


def test_the_advantage_is_a_difference_of_geometric_means_paired_over_the_seeds():
    found = advantage(metrics(control=0.6))
    assert (found.value, found.low, found.high) == pytest.approx((10, 10, 10))
    assert found.n == 3


def test_published_fields_say_nothing_about_a_simulation():
    table = metrics()
    found = verdicts(table[table.variant != "simulated"])
    unknown = {name for name, verdict in found.items() if verdict == "not evaluated"}
    assert unknown == {"energy_mean", "energy_largest", "solved", "cost"}
    assert found["patch_test"] == "met"
