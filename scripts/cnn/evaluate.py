"""Evaluate the trained CNNs on the test images, and gather the tables of task 1."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dlse.images.dataset import image_files, load_dataset
from dlse.networks.hardware import resolve_device
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.estimates import wilson_interval
from dlse.studies.cnn.mistakes import accuracy_difference
from dlse.studies.cnn.network import accuracy_and_loss, probabilities, restore_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_settings, read_table, write_table


def evaluate(
    data: dict[str, str],
    models: dict[int, str],
    trainings: list[str],
    rankings: list[str],
    device: str,
    metrics: str,
    curves: str,
    search: str,
    predictions: str,
) -> None:
    """Write four tables: final metrics, metrics along the training, trials of the search, and
    each network's prediction of each test image. The final metrics have those of each network, and
    those of the mean probability of all ("together").

    data: the files of the normalized images, see `image_files`.
    models: weights by seed.
    trainings, rankings: what the jobs of the training, and of the search and the ablation recorded.
    """
    dataset = load_dataset(**data)
    n = dataset.n_train
    images, labels = as_tensor(dataset.images[n:]), as_tensor(dataset.labels[n:])
    rows, predicted = Metrics("cnn", dataset.label, variant="cnn", split="test"), []
    total = 0.0
    for seed, path in models.items():
        p = probabilities(restore_cnn(load_weights(path)).to(device), images)
        accuracy, loss = accuracy_and_loss(p, labels)
        print(f"seed {seed}: test accuracy {accuracy:.2%}, loss {loss:.5f}")
        rows.add("accuracy", accuracy, seed=seed)
        rows.add("loss", loss, "nat", seed=seed)
        total += p
        predicted.append(
            pa.table(
                {
                    "seed": np.full(len(labels), seed),
                    "index": np.arange(len(labels)),  # of the test images
                    "label": labels.numpy(),
                    "predicted": p.argmax(1).numpy(),
                    "label_probability": p.gather(1, labels[:, None])[:, 0].numpy(),
                }
            )
        )
    if len(models) > 1:
        accuracy, loss = accuracy_and_loss(total / len(models), labels)
        interval = wilson_interval(round(accuracy * len(labels)), len(labels))
        rows.add("accuracy", accuracy, variant="together")
        rows.add("accuracy_low", interval.low, variant="together")
        rows.add("accuracy_high", interval.high, variant="together")
        rows.add("loss", loss, "nat", variant="together")
        rows.add("images", len(labels), variant="together")
    search_rows = pa.concat_tables(
        [read_table(path) for path in rankings], promote_options="default"
    )
    rows.rows += ablation_rows(search_rows.to_pylist(), dataset.label)
    recorded = pa.concat_tables([read_table(path) for path in trainings])
    settings = read_settings(trainings[0])
    along = pc.is_valid(recorded["step"])
    write_table(recorded.filter(along), curves, settings)
    totals = recorded.filter(pc.invert(along))
    parts = [metrics_table(rows.rows), totals]
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, settings)
    write_table(search_rows, search)
    write_table(pa.concat_tables(predicted), predictions, settings)


def ablation_rows(trials: list[dict], dataset: str) -> list[dict]:
    """For each of the `trials` that lacks an ingredient of the chosen one: how much more accurate
    the chosen one is, with the 95 % interval."""
    rows = Metrics("cnn", dataset, split="validation")
    full = [trial for trial in trials if not trial["without"]]
    chosen = next(trial for trial in full if trial["rung"] == full[-1]["rung"])
    for trial in trials:
        if not trial["without"] or trial["missed"] == chosen["missed"]:
            continue  # the search has chosen to do without it
        n = trial["validation_images"]
        gain = accuracy_difference(chosen["missed"], trial["missed"], n)
        variant = "without " + trial["without"].replace("_", " ")
        rows.add("accuracy", trial["validation_accuracy"], variant=variant)
        rows.add("accuracy_gain", gain.value, variant=variant)
        rows.add("accuracy_gain_low", gain.low, variant=variant)
        rows.add("accuracy_gain_high", gain.high, variant=variant)
        rows.add("images", n, variant=variant)
    return rows.rows


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            data=image_files(snakemake.input),
            models=dict(zip(snakemake.params.seeds, snakemake.input.models, strict=True)),
            trainings=list(snakemake.input.trainings),
            rankings=list(snakemake.input.rankings),
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
