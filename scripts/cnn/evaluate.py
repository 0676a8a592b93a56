"""Evaluate the trained CNNs on the test images and gather the tables of task 1."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dlse.images.dataset import load_dataset
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.studies.cnn.network import accuracy_and_loss, probabilities, restore_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_settings, read_table, write_table


def evaluate(
    data: dict[str, str],
    models: dict[int, str],
    trainings: list[str],
    rankings: list[str],
    metrics: str,
    curves: str,
    search: str,
    predictions: str,
) -> None:
    """models: weights by seed; trainings and rankings: what the other jobs recorded."""
    dataset = load_dataset(**data)
    n = dataset.n_train
    images, labels = as_tensor(dataset.images[n:]), as_tensor(dataset.labels[n:])
    rows, predicted = [], []
    for seed, path in models.items():
        p = probabilities(restore_cnn(load_weights(path)), images)
        accuracy, loss = accuracy_and_loss(p, labels)
        print(f"seed {seed}: test accuracy {accuracy:.2%}, loss {loss:.5f}")
        common = {"study": "cnn", "dataset": dataset.label, "variant": "cnn", "seed": seed}
        rows += [
            {**common, "split": "test", "metric": "accuracy", "value": accuracy, "unit": "1"},
            {**common, "split": "test", "metric": "loss", "value": loss, "unit": "nat"},
        ]
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
    recorded = pa.concat_tables([read_table(path) for path in trainings])
    settings = read_settings(trainings[0])
    along = pc.is_valid(recorded["step"])
    write_table(recorded.filter(along), curves, settings)
    totals = recorded.filter(pc.invert(along))
    write_table(pa.concat_tables([metrics_table(rows), totals]), metrics, settings)
    write_table(pa.concat_tables([read_table(path) for path in rankings]), search)
    write_table(pa.concat_tables(predicted), predictions, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            models=dict(zip(snakemake.params.seeds, snakemake.input.models, strict=True)),
            trainings=list(snakemake.input.trainings),
            rankings=list(snakemake.input.rankings),
            **snakemake.output,
        )
