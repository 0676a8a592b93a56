"""Train one CNN of the chosen hyper-parameters on all training images."""

from dataclasses import asdict

from dlse.images.dataset import load_dataset
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor, n_parameters
from dlse.networks.weights import save_weights
from dlse.studies.cnn.network import Settings, train_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_table, write_table

WATCHED_TRAIN_IMAGES = 5000


def train(
    data: dict[str, str], settings: Settings, seed: int, precision: str, model: str, metrics: str
) -> None:
    """Write the network of the last epoch, and the accuracy and loss after each epoch."""
    dataset = load_dataset(**data)
    images, labels = as_tensor(dataset.images), as_tensor(dataset.labels)
    n = dataset.n_train
    watched = {
        "train": (images[: min(n, WATCHED_TRAIN_IMAGES)], labels[: min(n, WATCHED_TRAIN_IMAGES)]),
        "test": (images[n:], labels[n:]),
    }
    dtype = resolve_precision(precision)
    network, records, flops = train_cnn(settings, seed, images[:n], labels[:n], watched, dtype)
    save_weights(network.state_dict(), model, "cnn", asdict(settings), dataset.label)
    common = {"study": "cnn", "dataset": dataset.label, "variant": "cnn", "seed": seed}
    rows = []
    for record in records:
        step = {**common, "step": record["step"]}
        for split in watched:
            accuracy, loss = record[f"{split}_accuracy"], record[f"{split}_loss"]
            rows += [
                {**step, "split": split, "metric": "accuracy", "value": accuracy, "unit": "1"},
                {**step, "split": split, "metric": "loss", "value": loss, "unit": "nat"},
            ]
        seconds = record["cpu_seconds"]
        rows.append({**step, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
    rows += [
        {**common, "metric": "flops", "value": flops, "unit": "FLOP"},
        {**common, "metric": "parameters", "value": float(n_parameters(network)), "unit": "1"},
        {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
    ]
    write_table(metrics_table(rows), metrics, {**asdict(settings), "precision": str(dtype)})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        best = read_table(snakemake.input.ranking).slice(0, 1).to_pylist()[0]
        chosen = {name: best[name] for name in Settings.__dataclass_fields__}
        train(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            settings=Settings(**{**chosen, "epochs": snakemake.params.epochs}),
            seed=int(snakemake.wildcards.seed),
            precision=snakemake.params.precision,
            model=snakemake.output.model,
            metrics=snakemake.output.metrics,
        )
