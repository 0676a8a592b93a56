"""Train one block of the networks of one variant of task 2."""

import numpy as np

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.hardware import resolve_device
from dlse.studies.dying_relu.networks import train_networks
from dlse.studies.dying_relu.runge import PROBLEMS
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table
from dlse.workflow.whole_files import whole_file


def train(
    name: str, settings: dict, schedule: dict, seeds: list[int], device: str,
    metrics: str, functions: str,
) -> None:  # fmt: skip
    """Write what became of each network, and the functions that they ended with."""
    settings = dict(settings)
    function = settings.pop("function")
    schedule = dict(schedule)
    learning_rate = schedule.pop("learning_rate")
    network = Perceptron(**settings)
    found, values, seconds = train_networks(
        network, PROBLEMS[function], seeds, learning_rate, Schedule(**schedule), device
    )
    common = {
        "study": "dying_relu", "dataset": f"{function} function", "variant": name,
        "width": network.width, "depth": network.depth,
    }  # fmt: skip
    rows = [
        {**common, "seed": seed, "metric": metric, "value": float(value), "unit": "1"}
        for metric, all_values in found.items()
        for seed, value in zip(seeds, all_values, strict=True)
    ]
    rows.append({**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
    write_table(metrics_table(rows), metrics, {**settings, "device": device})
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
