"""Evaluate the trained CNNs on the test images, and gather the tables of task 1."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dlse.images.dataset import image_files, load_dataset
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.studies.cnn.network import accuracy_and_loss, probabilities, restore_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_settings, read_table, write_table


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
    """Write four tables: final metrics, metrics along the training, trials of the search, and
    each network's prediction of each test image.

    data: the files of the normalized images, see `image_files`.
    models: weights by seed.
    trainings, rankings: what the jobs of the training and of the search recorded.
    """
    dataset = load_dataset(**data)
    n = dataset.n_train
    images, labels = as_tensor(dataset.images[n:]), as_tensor(dataset.labels[n:])
    rows, predicted = Metrics("cnn", dataset.label, variant="cnn", split="test"), []
    for seed, path in models.items():
        p = probabilities(restore_cnn(load_weights(path)), images)
        accuracy, loss = accuracy_and_loss(p, labels)
        print(f"seed {seed}: test accuracy {accuracy:.2%}, loss {loss:.5f}")
        rows.add("accuracy", accuracy, seed=seed)
        rows.add("loss", loss, "nat", seed=seed)
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
    write_table(pa.concat_tables([metrics_table(rows.rows), totals]), metrics, settings)
    write_table(pa.concat_tables([read_table(path) for path in rankings]), search)
    write_table(pa.concat_tables(predicted), predictions, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            data=image_files(snakemake.input),
            models=dict(zip(snakemake.params.seeds, snakemake.input.models, strict=True)),
            trainings=list(snakemake.input.trainings),
            rankings=list(snakemake.input.rankings),
            **snakemake.output,
        )
