"""Train one CNN on all training images, with the hyper-parameters that the search chose."""

from dataclasses import asdict

from dlse.images.dataset import image_files, load_dataset
from dlse.networks.hardware import format_name, resolve_device, resolve_precision
from dlse.networks.training import as_tensor, n_parameters
from dlse.networks.weights import save_weights
from dlse.studies.cnn.network import Settings, train_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, read_table

WATCHED_TRAIN_IMAGES = 5000


def train(
    data: dict[str, str],
    settings: Settings,
    seed: int,
    precision: str,
    device: str,
    model: str,
    metrics: str,
) -> None:
    """Write the network of the last epoch to `model`, and to `metrics` accuracy and loss after
    each epoch with what the training cost.

    data: the files of the normalized images, see `image_files`.
    """
    dataset = load_dataset(**data)
    images, labels = as_tensor(dataset.images), as_tensor(dataset.labels)
    n = dataset.n_train
    n_watched = min(n, WATCHED_TRAIN_IMAGES)
    watched = {
        "train": (images[:n_watched], labels[:n_watched]),
        "test": (images[n:], labels[n:]),
    }
    dtype = resolve_precision(precision, device)
    network, records, flops = train_cnn(
        settings, seed, images[:n], labels[:n], watched, dtype, device
    )
    recipe = asdict(settings)
    save_weights(network.state_dict(), model, "cnn", recipe, dataset.label)
    rows = Metrics("cnn", dataset.label, variant="cnn", seed=seed)
    for record in records:
        step = record["step"]
        for split in watched:
            rows.add("accuracy", record[f"{split}_accuracy"], split=split, step=step)
            rows.add("loss", record[f"{split}_loss"], "nat", split=split, step=step)
        rows.add("cpu_seconds", record["cpu_seconds"], "CPU s", step=step)
    for split, (_, known) in watched.items():
        rows.add("images", len(known), split=split)
    rows.add("flops", flops, "FLOP")
    rows.add("parameters", n_parameters(network))
    rows.add("cpu_seconds", records[-1]["cpu_seconds"], "CPU s")
    rows.write(metrics, {**recipe, "precision": format_name(dtype), "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        ranking = read_table(snakemake.input.ranking).select(list(Settings.__dataclass_fields__))
        chosen = ranking.slice(0, 1).to_pylist()[0]
        train(
            data=image_files(snakemake.input),
            settings=Settings(**{**chosen, "epochs": snakemake.params.epochs}),
            seed=int(snakemake.wildcards.seed),
            precision=snakemake.params.precision,
            device=resolve_device(snakemake.params.device),
            model=snakemake.output.model,
            metrics=snakemake.output.metrics,
        )
