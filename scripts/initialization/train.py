"""Train one block of seeds of one depth of task 4, with each initializer and optimizer."""

import torch

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.hardware import resolve_device
from dlse.studies.initialization.networks import train_networks
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def train(
    width: int, depth: int, initializations: list[str], optimizers: dict[str, dict], steps: int,
    seeds: list[int], device: str, metrics: str,
) -> None:  # fmt: skip
    """Write the results of every network and its error along the training."""
    rows = []
    for optimizer, settings in optimizers.items():
        schedule = Schedule(steps, optimizer, clip=settings["clip"])
        for initialization in initializations:
            network = Perceptron(width, depth, initialization)
            common = {
                "study": "initialization", "dataset": "oscillatory function",
                "variant": initialization, "optimizer": optimizer, "width": width, "depth": depth,
            }  # fmt: skip
            results, at, curves, seconds = train_networks(
                network, seeds, settings["learning_rate"], schedule, device
            )
            rows += [
                {**common, "seed": seed, "metric": metric, "value": float(value), "unit": "1"}
                for metric, values in results.items()
                for seed, value in zip(seeds, values, strict=True)
            ]
            rows += [
                {**common, "seed": seed, "split": "train", "step": int(step),
                 "metric": "rel_l2", "value": float(value), "unit": "1"}
                for seed, curve in zip(seeds, curves, strict=True)
                for step, value in zip(at, curve, strict=True)
            ]  # fmt: skip
            rows.append({**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
            median = torch.nanmedian(results["train_rel_l2"])
            print(f"{optimizer} {initialization}: training error {median:.2%}, {seconds:.1f} CPU s")
    write_table(metrics_table(rows), metrics, {**optimizers, "steps": steps, "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            depth=int(snakemake.wildcards.depth),
            seeds=snakemake.params.seeds,
            device=resolve_device(snakemake.params.device),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
