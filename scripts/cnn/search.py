"""Train the CNNs of one rung of the hyper-parameter search, or of the chosen recipe without single
ingredients, and rank them by validation images."""

import itertools
from dataclasses import asdict

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
    trials: list[dict],
    rung: int,
    train_images: int,
    validation_fraction: float,
    seed: int,
    seeds: list[int],
    precision: str,
    device: str,
    ranking: str,
) -> None:
    """Train one network for each of the `trials` and of the `seeds`, and write one row per trial to
    `ranking`: the hyper-parameters, the mean accuracy and loss on the validation part, and which
    validation images each network misses. The highest accuracy comes first, and the lower loss
    first among equals.

    data: the files of the normalized images, see `image_files`.
    trials: each has the fields of `Settings`, and `without`, an ingredient of the recipe that is
        left out: "schedule", or a hyper-parameter, which is set to zero; "" for none.
    rung: the number of the rung, from 0.
    train_images: of the training part. Each network has its own choice.
    seed: of the division into both parts, which is the same for all networks.
    """
    dataset = load_dataset(**data)
    part, validation = split(dataset.n_train, validation_fraction, seed)
    held_out, truth = (as_tensor(a[validation]) for a in (dataset.images, dataset.labels))
    dtype = resolve_precision(precision, device)
    rows, missed = [], []
    for trial in trials:
        recipe = dict(trial)
        without = recipe.pop("without")
        if without and without != "schedule":
            recipe[without] = 0.0
        settings = Settings(**recipe)
        found, seconds = [], 0.0
        missed.append([])
        for number in seeds:
            train = np.random.default_rng(number).permutation(part)[:train_images]
            images, labels = as_tensor(dataset.images[train]), as_tensor(dataset.labels[train])
            model, records, _ = train_cnn(
                settings, number, images, labels, {}, dtype, device,
                constant_rate=without == "schedule",
            )  # fmt: skip
            p = probabilities(model, held_out)
            found.append(accuracy_and_loss(p, truth))
            missed[-1].append((p.argmax(1) != truth).nonzero()[:, 0].tolist())
            seconds += records[-1]["cpu_seconds"]
        accuracy, loss = np.mean(found, axis=0)
        rows.append(
            {
                "rung": rung,
                "without": without,
                **asdict(settings),
                "train_images": len(train),
                "validation_images": len(validation),
                "validation_accuracy": accuracy,
                "validation_loss": loss,
                "cpu_seconds": seconds,
                "dataset": dataset.label,
            }
        )
        print(listed(rows[-1]))
    # The indices count the validation images.
    types = pa.list_(pa.list_(pa.int32()))
    table = pa.Table.from_pylist(rows).append_column("missed", pa.array(missed, types))
    order = [("validation_accuracy", "descending"), ("validation_loss", "ascending")]
    about = {"precision": format_name(dtype), "device": device}
    write_table(table.sort_by(order), ranking, about)


def combinations(choices: dict[str, list]) -> list[dict]:
    """Each combination of the values that the hyper-parameters may have."""
    of_all = itertools.product(*choices.values())
    return [dict(zip(choices, values, strict=True)) for values in of_all]


def promoted(ranking: str, count: int) -> list[dict]:
    """The hyper-parameters of the first `count` trials in the ranking of a rung."""
    hyperparameters = read_table(ranking).select(list(Settings.__dataclass_fields__))
    return hyperparameters.slice(0, count).to_pylist()


if __name__ == "__main__":
    with job(snakemake.log[0]):
        recipes = (
            combinations(snakemake.params.choices)
            if snakemake.params.choices
            else promoted(snakemake.input.ranking, snakemake.params.keep)
        )
        rung = snakemake.params.rung
        search_cnn(
            data=image_files(snakemake.input),
            trials=[
                {**recipe, "epochs": rung["epochs"], "without": without}
                for recipe in recipes
                for without in snakemake.params.without
            ],
            rung=snakemake.params.number,
            train_images=rung["train_images"],
            validation_fraction=snakemake.params.validation_fraction,
            seed=snakemake.params.seed,
            seeds=rung["seeds"],
            precision=snakemake.params.precision,
            device=resolve_device(snakemake.params.device),
            ranking=snakemake.output[0],
        )
