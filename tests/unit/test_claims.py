"""Verdicts follow from the metrics, and from nothing else."""

import math

import pandas as pd
import pytest

from dlse.claims import CLAIMS, judge
from dlse.tables import metrics_table


def metrics(dataset: str = "mnist", **changes: float) -> pd.DataFrame:
    """The metrics of a small run that meets every claim; `changes` replaces values by metric."""
    common = {"study": "cnn", "dataset": dataset, "variant": "cnn"}
    rows = [
        {**common, "seed": seed, **row}
        for seed, accuracy in enumerate((0.996, 0.997, 0.998))
        for row in (
            {"metric": "accuracy", "split": "test", "value": changes.get("accuracy", accuracy)},
            {"metric": "cpu_seconds", "value": 100.0 + seed},
            # Better on the way than at the end: no claim may look at it.
            {"metric": "accuracy", "split": "test", "step": 1, "value": 0.9999},
            {"metric": "cpu_seconds", "step": 1, "value": 9999.0},
        )
    ]
    common = {"study": "reconstruction", "dataset": dataset, "seed": 0}
    for latent_dim, pca, autoencoder in ((2, 44.0, 28.0), (30, 14.0, 3.8)):
        where = {**common, "latent_dim": latent_dim}
        ours = {**where, "variant": "autoencoder", "split": "test"}
        value = changes.get(f"autoencoder_{latent_dim}", autoencoder)
        rows += [
            {**where, "variant": "pca", "split": "test", "metric": "epsilon", "value": pca},
            {**ours, "metric": "epsilon", "value": value},
            {**ours, "metric": "epsilon_sem", "value": 0.02},
            {**ours, "metric": "cpu_seconds", "value": 60.0},
            {
                **where, "variant": "linear autoencoder", "split": "train",
                "metric": "excess_over_pca", "value": changes.get("excess_over_pca", 1e-5),
            },
        ]  # fmt: skip
    rows += [
        {
            **common, "variant": "pca", "split": "official test", "latent_dim": 30,
            "metric": "epsilon", "value": changes.get("published", 13.8663),
        },
        {**common, "variant": "pca", "metric": "eigenvalue_sum_gap", "value": 1e-15},
        {**common, "variant": "pca", "metric": "cpu_seconds", "value": 1.0},
    ]  # fmt: skip
    return metrics_table(rows).to_pandas()


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in judge(table).to_pylist()}


def test_a_good_run_meets_every_claim():
    assert set(verdicts(metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"accuracy": 0.9949}, {"cnn_accuracy_99_5"}),
        ({"accuracy": 0.98}, {"cnn_accuracy_98", "cnn_accuracy_99_5"}),
        ({"autoencoder_30": 4.51}, {"autoencoder_30"}),
        ({"autoencoder_2": 44.0}, {"autoencoder_below_pca"}),
        ({"excess_over_pca": 0.011}, {"linear_autoencoder"}),
        ({"published": 13.88}, {"pca_published"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_a_stand_in_says_nothing_about_mnist():
    found = verdicts(metrics(dataset="digits (stand-in for mnist)", accuracy=0.1))
    assert found.pop("pca_eigenvalues") == "met"  # true of any data
    assert set(found.values()) == {"not evaluated"}


def test_what_was_not_computed_is_not_evaluated():
    table = metrics()
    without = table[~((table.variant == "autoencoder") & (table.latent_dim == 30))]
    assert verdicts(without)["autoencoder_30"] == "not evaluated"


def test_estimates_have_their_number_and_interval():
    rows = {row["id"]: row for row in judge(metrics()).to_pylist()}
    accuracy = rows["cnn_accuracy_98"]
    assert accuracy["n"] == 3
    assert accuracy["estimate"] == pytest.approx(99.7)
    # Student: 4.303 standard errors of 0.1/sqrt(3) on either side.
    assert accuracy["ci_high"] - accuracy["estimate"] == pytest.approx(0.2484, abs=1e-4)
    assert rows["autoencoder_30"]["ci_high"] == pytest.approx(3.8 + 1.96 * 0.02)
    assert math.isnan(rows["cnn_cost"]["ci_low"])
    assert rows["cnn_cost"]["estimate"] == 102.0
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
