"""Train one block of seeds at one depth of task 4 with each initializer and optimizer."""

import torch

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.hardware import resolve_device
from dlse.studies.initialization.networks import train_networks
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def train(
    width: int, depth: int, initializations: list[str], optimizers: dict[str, dict], steps: int,
    seeds: list[int], device: str, metrics: str,
) -> None:  # fmt: skip
    """Write the results of every network and its training error over the steps."""
    rows = Metrics("initialization", "oscillatory function")
    for optimizer, settings in optimizers.items():
        schedule = Schedule(steps, optimizer, clip=settings["clip"])
        for initialization in initializations:
            network = Perceptron(width, depth, initialization)
            size = {"width": width, "depth": depth}
            where = {"variant": initialization, "optimizer": optimizer, **size}
            results, at, curves, seconds = train_networks(
                network, seeds, settings["learning_rate"], schedule, device
            )
            for metric, values in results.items():
                for seed, value in zip(seeds, values, strict=True):
                    rows.add(metric, float(value), **where, seed=seed)
            for seed, curve in zip(seeds, curves, strict=True):
                for step, value in zip(at, curve, strict=True):
                    along = {"seed": seed, "split": "train", "step": int(step)}
                    rows.add("rel_l2", float(value), **where, **along)
            rows.add("cpu_seconds", seconds, "CPU s", **where)
            median = torch.nanmedian(results["train_rel_l2"])
            print(f"{optimizer} {initialization}: training error {median:.2%}, {seconds:.1f} CPU s")
    rows.write(metrics, {**optimizers, "steps": steps, "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            depth=int(snakemake.wildcards.depth),
            seeds=snakemake.params.seeds,
            device=resolve_device(snakemake.params.device),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
