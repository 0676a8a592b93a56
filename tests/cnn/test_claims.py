"""The claims of task 1 follow from the metrics of the final networks, and from nothing else."""

import dataclasses
import math

import pytest

from dlse.results.claims import judge
from dlse.studies.cnn.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table
from support.long_tables import cnn_long


def judged(
    dataset: str = "mnist",
    accuracies=(0.9975, 0.9976, 0.9977),
    slowest=102.0,
    gain=0.004,
    long: dict | None = None,
) -> dict:
    """The judged claims by their ids, for a run that meets all of them unless told otherwise. long:
    changes of the long trainings; None for what meets the claims."""
    rows = Metrics("cnn", dataset, variant="cnn")
    for seed, accuracy in enumerate(accuracies):
        rows.add("accuracy", accuracy, split="test", seed=seed)
        rows.add("cpu_seconds", slowest - seed, "CPU s", seed=seed)
        # No claim may look at a value on the way, be it better or worse than the final one.
        rows.add("accuracy", 0.9999, split="test", seed=seed, step=1)
        rows.add("cpu_seconds", 9999.0, "CPU s", seed=seed, step=1)
    without = {"variant": "without augmentation", "split": "validation"}
    for end, value in (("", gain), ("_low", gain - 0.002), ("_high", gain + 0.002)):
        rows.add(f"accuracy_gain{end}", value, **without)
    rows.add("images", 10_000, **without)
    table = metrics_table(rows.rows + cnn_long(dataset, **(long or {})).rows).to_pandas()
    return {row["id"]: row for row in judge(table, CLAIMS).to_pylist()}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"accuracies": [0.98] * 3}, {"cnn_accuracy_asked"}),
        ({"long": {"accuracies": [0.9969] * 3}}, {"cnn_long_accuracy"}),
        ({"long": {"accuracies": [0.997] * 3}}, set()),
        ({"long": {"shift_gain": -0.0006}}, {"cnn_long_shifted"}),
        ({"long": {"together": 0.9974}}, {"cnn_together"}),
        ({"slowest": 301.0}, {"cnn_cost"}),
        ({"gain": -0.001}, {"cnn_augmentation"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = judged(**change)
    assert {name for name, row in found.items() if row["verdict"] == "not met"} == failed
    assert {found[name]["verdict"] for name in found.keys() - failed} == {"met"}


@pytest.mark.parametrize(
    ("change", "claim"),
    [
        ({"gain": 0.001}, "cnn_augmentation"),
        ({"long": {"accuracies": (0.996, 0.997, 0.9985)}}, "cnn_long_accuracy"),
        ({"long": {"half": 0.001}}, "cnn_together"),
    ],
)
def test_what_chance_explains_is_not_established(change, claim):
    assert judged(**change)[claim]["verdict"] == "met, not established"


def test_a_stand_in_says_nothing_about_mnist():
    found = judged(dataset="digits (stand-in for mnist)", accuracies=[0.1])
    assert {row["verdict"] for row in found.values()} == {"not evaluated"}


def test_without_long_trainings_nothing_is_said_about_them():
    rows = Metrics("cnn", "mnist", variant="cnn")
    rows.add("accuracy", 0.999, split="test", seed=0)
    found = judge(metrics_table(rows.rows).to_pandas(), CLAIMS).to_pylist()
    of_long = [row for row in found if row["evidence"] == "results/metrics/cnn_long.parquet"]
    assert len(of_long) == 3
    assert {row["verdict"] for row in of_long} == {"not evaluated"}


def test_estimates_have_their_number_and_interval():
    found = judged(accuracies=(0.996, 0.997, 0.998))
    accuracy = found["cnn_accuracy_asked"]
    assert accuracy["n"] == 3
    assert accuracy["estimate"] == pytest.approx(99.7)
    # Student: 4.303 standard errors of 0.1/sqrt(3) on either side.
    assert accuracy["ci_high"] - accuracy["estimate"] == pytest.approx(0.2484, abs=1e-4)
    assert found["cnn_together"]["n"] == 10_000
    assert found["cnn_together"]["ci_high"] == pytest.approx(99.8)
    assert found["cnn_cost"]["estimate"] == 102.0
    assert math.isnan(found["cnn_cost"]["ci_low"])


def test_a_statement_is_built_from_its_threshold():
    claim = next(claim for claim in CLAIMS if claim.id == "cnn_long_accuracy")
    assert "at least the 99.6 %" in dataclasses.replace(claim, threshold=99.6).words()
