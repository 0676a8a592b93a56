"""The claims of task 1 follow from the metrics of the final networks, and from nothing else."""

import dataclasses
import math

import pytest

from dlse.results.claims import judge
from dlse.studies.cnn.claims import CLAIMS
from dlse.workflow.tables import Metrics, metrics_table


def judged(
    dataset: str = "mnist", accuracies=(0.9955, 0.9956, 0.9957), seconds=61.0, gain=0.004
) -> dict:
    """The judged claims by their ids, for a run that meets all of them unless told otherwise.
    seconds: the CPU seconds of the last seed; the others take half of them."""
    rows = Metrics("cnn", dataset, variant="cnn")
    for seed, accuracy in enumerate(accuracies):
        rows.add("accuracy", accuracy, split="test", seed=seed)
        is_last = seed == len(accuracies) - 1
        rows.add("cpu_seconds", seconds if is_last else seconds / 2, "CPU s", seed=seed)
        rows.add("accuracy", 0.99, split="test", seed=seed, step=1)
        rows.add("cpu_seconds", 9999.0, "CPU s", seed=seed, step=1)
    rows.add("accuracy", 0.5, variant="together", split="test")  # is no network
    without = {"variant": "without augmentation", "split": "validation"}
    for end, value in (("", gain), ("_low", gain - 0.002), ("_high", gain + 0.002)):
        rows.add(f"accuracy_gain{end}", value, **without)
    rows.add("images", 10_000, **without)
    found = judge(metrics_table(rows.rows).to_pandas(), CLAIMS)
    return {row["id"]: row for row in found.to_pylist()}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({}, set()),
        ({"accuracies": [0.98] * 3}, {"cnn_accuracy_asked"}),
        ({"seconds": 120.5}, {"cnn_cost"}),
        ({"gain": -0.001}, {"cnn_augmentation"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = judged(**change)
    assert {name for name, row in found.items() if row["verdict"] == "not met"} == failed
    assert {found[name]["verdict"] for name in found.keys() - failed} == {"met"}


def test_what_chance_explains_is_not_established():
    assert judged(gain=0.001)["cnn_augmentation"]["verdict"] == "met, not established"


def test_a_stand_in_says_nothing_about_mnist():
    found = judged(dataset="digits (stand-in for mnist)", accuracies=[0.1])
    assert {row["verdict"] for row in found.values()} == {"not evaluated"}


def test_estimates_have_their_number_and_interval():
    found = judged(accuracies=(0.996, 0.997, 0.998))
    accuracy = found["cnn_accuracy_asked"]
    assert accuracy["n"] == 3
    assert accuracy["estimate"] == pytest.approx(99.7)
    # Student: 4.303 standard errors of 0.1/sqrt(3) on either side.
    assert accuracy["ci_high"] - accuracy["estimate"] == pytest.approx(0.2484, abs=1e-4)
    assert found["cnn_augmentation"]["n"] == 10_000
    assert found["cnn_cost"]["estimate"] == 61.0
    assert math.isnan(found["cnn_cost"]["ci_low"])


def test_a_statement_is_built_from_its_threshold():
    claim = next(claim for claim in CLAIMS if claim.id == "cnn_accuracy_asked")
    assert "the assignment's 97.5 %" in dataclasses.replace(claim, threshold=97.5).words()
