"""Predictions from shifted images, and the table of the long trainings."""

import pytest
import torch

from dlse.images.dataset import save_dataset
from dlse.networks.weights import save_weights
from dlse.studies.cnn.evaluate_long import evaluate
from dlse.studies.cnn.network import build_cnn, probabilities
from dlse.studies.cnn.together import LOOKS, shifted, shifted_probabilities
from dlse.workflow.tables import Metrics, read_settings, read_table


def test_a_shifted_image_is_the_same_at_another_place_and_zeros_enter():
    images = torch.rand(3, 28, 28) + 1
    for down, right in LOOKS:
        moved = shifted(images, down, right)
        assert moved.shape == images.shape
        for row in range(28):
            for column in range(28):
                r, c = row - down, column - right
                inside = 0 <= r < 28 and 0 <= c < 28
                expected = images[:, r, c] if inside else torch.zeros(3)
                assert torch.equal(moved[:, row, column], expected)
    assert len(set(LOOKS)) == 5
    assert {abs(down) + abs(right) for down, right in LOOKS} == {0, 1}


def test_shifted_probabilities_are_the_softmax_of_the_mean_log_probability():
    network, images = build_cnn(4).eval(), torch.rand(20, 28, 28)
    logs = [probabilities(network, shifted(images, *by)).double().log() for by in LOOKS]
    expected = torch.stack(logs).mean(0).softmax(1).float()
    torch.testing.assert_close(shifted_probabilities(network, images), expected)


def test_networks_are_evaluated_alone_and_together(small, tmp_path):
    files = {"images": "images.npy", "labels": "labels.npy", "about": "images.json"}
    data = {name: str(tmp_path / file) for name, file in files.items()}
    save_dataset(small, *(tmp_path / file for file in files.values()))
    models, trainings = {}, []
    for seed in (10, 11):
        torch.manual_seed(seed)
        models[seed] = str(tmp_path / f"{seed}.safetensors")
        save_weights(build_cnn(2).state_dict(), models[seed], "cnn", {"width": 2}, "small")
        rows = Metrics("cnn_long", "small", variant="cnn", seed=seed)
        rows.add("accuracy", 0.9, split="test", step=1)
        rows.add("cpu_seconds", 1.0, "CPU s", step=1)
        rows.add("cpu_seconds", 2.0, "CPU s")
        rows.add("flops", 3.0, "FLOP")
        trainings.append(str(tmp_path / f"{seed}.parquet"))
        rows.write(trainings[-1], {"epochs": 1, "precision": "torch.float32"})
    found = str(tmp_path / "long.parquet")
    evaluate(data, models, trainings, "cpu", found)
    table = read_table(found).to_pandas()
    assert read_settings(found) == {"epochs": 1, "precision": "torch.float32"}
    assert table.step.isna().all()
    counts = table.groupby(["variant", "metric"]).size().to_dict()
    each = {"accuracy": 2, "loss": 2}
    together = dict.fromkeys(("accuracy", "loss", "accuracy_low", "accuracy_high", "images"), 1)
    assert counts == {
        (variant, metric): n
        for variant, metrics in {
            "cnn": {**each, "cpu_seconds": 2, "flops": 2, "epochs": 2},
            "shifted": each,
            "together": together,
            "together, shifted": together,
        }.items()
        for metric, n in metrics.items()
    }
    value = table[table.variant == "together"].set_index("metric").value
    assert value.images == 30
    assert value.accuracy_low < value.accuracy < value.accuracy_high
    taken_over = table[table.metric == "cpu_seconds"].value  # what the test gave the trainings
    assert taken_over.tolist() == [2.0, 2.0]
    # The mean of probabilities, not of accuracies.
    losses = table[(table.metric == "loss") & (table.variant == "cnn")].value
    assert value.loss <= losses.mean()
    assert value.loss != pytest.approx(losses.mean(), abs=1e-9)
