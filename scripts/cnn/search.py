"""Train the CNNs of one trial of the hyper-parameter search, or of the chosen recipe without one
ingredient, and judge them by validation images."""

import numpy as np
import pyarrow as pa

from dlse.images.dataset import image_files, load_dataset, split
from dlse.networks.hardware import format_name, resolve_device, resolve_precision
from dlse.networks.training import as_tensor
from dlse.studies.cnn.network import Settings, accuracy_and_loss, probabilities, train_cnn
from dlse.workflow.job import job, listed
from dlse.workflow.tables import read_table, write_table


def search_cnn(
    data: dict[str, str],
    settings: dict,
    without: str,
    rung: int,
    train_images: int,
    validation_fraction: float,
    seed: int,
    seeds: list[int],
    precision: str,
    device: str,
    trial: str,
) -> None:
    """Train one network for each of the `seeds` on `train_images` images of the training part, and
    write one row to `trial`: the hyper-parameters, the mean accuracy and loss on the validation
    part, and which validation images each network misses.

    data: the files of the normalized images, see `image_files`.
    settings: the fields of `Settings`.
    without: an ingredient of the recipe that is left out: "schedule", or a hyper-parameter, which
        is set to zero; "" for none.
    rung: the number of the rung, from 0.
    seed: of the division into both parts, which is the same for all networks. Each network has
        its own choice of images.
    """
    dataset = load_dataset(**data)
    part, validation = split(dataset.n_train, validation_fraction, seed)
    held_out, truth = (as_tensor(a[validation]) for a in (dataset.images, dataset.labels))
    dtype = resolve_precision(precision, device)
    if without and without != "schedule":
        settings = {**settings, without: 0.0}
    found, missed, seconds = [], [], 0.0
    for number in seeds:
        train = np.random.default_rng(number).permutation(part)[:train_images]
        images, labels = as_tensor(dataset.images[train]), as_tensor(dataset.labels[train])
        model, records, _ = train_cnn(
            Settings(**settings), number, images, labels, {}, dtype, device,
            constant_rate=without == "schedule",
        )  # fmt: skip
        p = probabilities(model, held_out)
        found.append(accuracy_and_loss(p, truth))
        missed.append((p.argmax(1) != truth).nonzero()[:, 0].tolist())
        seconds += records[-1]["cpu_seconds"]
    accuracy, loss = np.mean(found, axis=0)
    row = {
        "rung": rung,
        "without": without,
        **settings,
        "train_images": len(train),
        "validation_images": len(validation),
        "validation_accuracy": accuracy,
        "validation_loss": loss,
        "cpu_seconds": seconds,
        "dataset": dataset.label,
    }
    print(listed(row))
    # The indices count the validation images.
    types = pa.list_(pa.list_(pa.int32()))
    table = pa.Table.from_pylist([row]).append_column("missed", pa.array([missed], types))
    write_table(table, trial, {"precision": format_name(dtype), "device": device})


def promoted(ranking: str, rank: int) -> dict:
    """The hyper-parameters at place `rank` (from 0) in the ranking of a rung."""
    row = read_table(ranking).slice(rank, 1).to_pylist()[0]
    return {name: row[name] for name in Settings.__dataclass_fields__}


if __name__ == "__main__":
    with job(snakemake.log[0]):
        settings, rung = snakemake.params.settings, snakemake.params.rung
        if settings is None:
            settings = promoted(snakemake.input.ranking, int(snakemake.params.rank))
        search_cnn(
            data=image_files(snakemake.input),
            settings={**settings, "epochs": rung["epochs"]},
            without=snakemake.params.without,
            rung=snakemake.params.number,
            train_images=rung["train_images"],
            validation_fraction=snakemake.params.validation_fraction,
            seed=snakemake.params.seed,
            seeds=rung["seeds"],
            precision=snakemake.params.precision,
            device=resolve_device(snakemake.params.device),
            trial=snakemake.output[0],
        )
