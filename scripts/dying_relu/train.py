"""Train one block of the networks of one variant of task 2."""

import numpy as np

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.hardware import resolve_device
from dlse.studies.dying_relu.networks import train_networks
from dlse.studies.dying_relu.runge import PROBLEMS
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics
from dlse.workflow.whole_files import whole_file


def train(
    name: str, settings: dict, schedule: dict, seeds: list[int], device: str,
    metrics: str, functions: str,
) -> None:  # fmt: skip
    """Write what became of each network, and its function after training at the test points."""
    settings = dict(settings)
    function = settings.pop("function")
    schedule = dict(schedule)
    learning_rate = schedule.pop("learning_rate")
    network = Perceptron(**settings)
    found, values, seconds = train_networks(
        network, PROBLEMS[function], seeds, learning_rate, Schedule(**schedule), device
    )
    size = {"width": network.width, "depth": network.depth}
    rows = Metrics("dying_relu", f"{function} function", variant=name, **size)
    for metric, of_networks in found.items():
        for seed, value in zip(seeds, of_networks, strict=True):
            rows.add(metric, float(value), seed=seed)
    rows.add("cpu_seconds", seconds, "CPU s")
    rows.write(metrics, {**settings, "device": device})
    with whole_file(functions) as path:
        np.save(path, values.numpy(), allow_pickle=False)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            name=snakemake.wildcards.variant,
            settings=snakemake.params.settings,
            schedule=snakemake.params.schedule,
            seeds=snakemake.params.seeds,
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
