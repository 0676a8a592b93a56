"""Evaluate the CNNs of the long trainings on the test images, each alone and all together."""

import pyarrow as pa
import pyarrow.compute as pc
import torch

from dlse.images.dataset import image_files, load_dataset
from dlse.networks.hardware import resolve_device
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.estimates import wilson_interval
from dlse.studies.cnn.network import accuracy_and_loss, probabilities, restore_cnn
from dlse.studies.cnn.together import shifted_probabilities
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_settings, read_table, write_table


def evaluate(
    data: dict[str, str], models: dict[int, str], trainings: list[str], device: str, metrics: str
) -> None:
    """Write accuracy and loss of each network, from the images ("cnn") and from their shifts
    ("shifted"), and of the mean probability of all networks ("together"), with what the trainings
    cost.

    data: the files of the normalized images, see `image_files`.
    models: weights by seed. trainings: what their jobs recorded.
    """
    dataset = load_dataset(**data)
    n = dataset.n_train
    images, labels = as_tensor(dataset.images[n:]), as_tensor(dataset.labels[n:])
    recipe = read_settings(trainings[0])
    rows = Metrics("cnn_long", dataset.label, split="test")

    def record(p: torch.Tensor, **where) -> float:
        accuracy, loss = accuracy_and_loss(p, labels)
        print(f"{where}: test accuracy {accuracy:.2%}, loss {loss:.5f}")
        rows.add("accuracy", accuracy, **where)
        rows.add("loss", loss, "nat", **where)
        return accuracy

    found: dict[str, list[torch.Tensor]] = {"cnn": [], "shifted": []}
    for seed, path in models.items():
        network = restore_cnn(load_weights(path)).to(device)
        for variant, look in (("cnn", probabilities), ("shifted", shifted_probabilities)):
            found[variant].append(look(network, images))
            record(found[variant][-1], variant=variant, seed=seed)
        rows.add("epochs", recipe["epochs"], variant="cnn", seed=seed, split=None)
    for variant, of in (("together", "cnn"), ("together, shifted", "shifted")):
        accuracy = record(torch.stack(found[of]).mean(0), variant=variant)
        interval = wilson_interval(round(accuracy * len(labels)), len(labels))
        rows.add("accuracy_low", interval.low, variant=variant)
        rows.add("accuracy_high", interval.high, variant=variant)
        rows.add("images", len(labels), variant=variant)
    recorded = pa.concat_tables([read_table(path) for path in trainings])
    costs = pc.is_in(recorded["metric"], pa.array(["cpu_seconds", "flops"]))
    totals = recorded.filter(pc.and_(costs, pc.is_null(recorded["step"])))
    parts = [metrics_table(rows.rows), totals]
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, recipe)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            data=image_files(snakemake.input),
            models=dict(zip(snakemake.params.seeds, snakemake.input.models, strict=True)),
            trainings=list(snakemake.input.trainings),
            device=resolve_device(snakemake.params.device),
            metrics=snakemake.output[0],
        )
