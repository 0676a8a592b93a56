"""Train one CNN of the hyper-parameter search and judge it by validation images."""

import numpy as np
import pyarrow as pa

from dlse.images.dataset import image_files, load_dataset, split
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor
from dlse.studies.cnn.network import Settings, evaluate_cnn, train_cnn
from dlse.workflow.job import job, listed
from dlse.workflow.tables import read_table, write_table


def search_cnn(
    data: dict[str, str],
    settings: dict,
    rung: int,
    train_images: int,
    validation_fraction: float,
    seed: int,
    precision: str,
    trial: str,
) -> None:
    """Train on `train_images` images of the training part, and write one row to `trial`: the
    hyper-parameters, and accuracy and loss on the validation part.

    data: the files of the normalized images, see `image_files`.
    settings: the fields of `Settings`.
    rung: the number of the rung, from 0.
    seed: of the division into both parts, of the choice of images and of the training.
    """
    dataset = load_dataset(**data)
    train, validation = split(dataset.n_train, validation_fraction, seed)
    train = np.random.default_rng(seed).permutation(train)[:train_images]
    images, labels = as_tensor(dataset.images[train]), as_tensor(dataset.labels[train])
    held_out = as_tensor(dataset.images[validation]), as_tensor(dataset.labels[validation])
    dtype = resolve_precision(precision)
    model, records, _ = train_cnn(Settings(**settings), seed, images, labels, {}, dtype)
    accuracy, loss = evaluate_cnn(model, *held_out)
    row = {
        "rung": rung,
        **settings,
        "train_images": len(train),
        "validation_accuracy": accuracy,
        "validation_loss": loss,
        "cpu_seconds": records[-1]["cpu_seconds"],
        "dataset": dataset.label,
    }
    print(listed(row))
    write_table(pa.Table.from_pylist([row]), trial)


def promoted(ranking: str, rank: int) -> dict:
    """The hyper-parameters at place `rank` (from 0) in the ranking of a rung."""
    row = read_table(ranking).slice(rank, 1).to_pylist()[0]
    return {name: row[name] for name in Settings.__dataclass_fields__}


if __name__ == "__main__":
    with job(snakemake.log[0]):
        settings, rung = snakemake.params.settings, snakemake.params.rung
        if settings is None:
            settings = promoted(snakemake.input.ranking, int(snakemake.wildcards.rank))
        search_cnn(
            data=image_files(snakemake.input),
            settings={**settings, "epochs": rung["epochs"]},
            rung=snakemake.params.number,
            train_images=rung["train_images"],
            validation_fraction=snakemake.params.validation_fraction,
            seed=snakemake.params.seed,
            precision=snakemake.params.precision,
            trial=snakemake.output[0],
        )
