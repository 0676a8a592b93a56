"""Train one block of seeds at one depth of task 4 with each initializer and optimizer."""

import torch

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member
from dlse.networks.hardware import resolve_device
from dlse.studies.initialization.networks import schedule, train_networks
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, read_table


def train(
    width: int, depth: int, initializations: list[str], steps: int, seeds: list[int], choice: str,
    device: str, metrics: str,
) -> None:  # fmt: skip
    """Write the results of every network and its training error over the steps. The learning rates
    are those of the `choice`."""
    rates = read_table(choice).to_pandas()
    rates = rates[rates.metric == "chosen_rate"].set_index(["optimizer", "variant"]).value
    rows = Metrics("initialization", "oscillatory function", width=width, depth=depth)
    for optimizer in rates.index.unique("optimizer"):
        for initialization in initializations:
            rate = rates[optimizer, initialization]
            where = {"variant": initialization, "optimizer": optimizer, "learning_rate": rate}
            results, at, curves, seconds = train_networks(
                Perceptron(width, depth, initialization), [Member(seed, rate) for seed in seeds],
                schedule(optimizer, steps), device,
            )  # fmt: skip
            for metric, values in results.items():
                for seed, value in zip(seeds, values, strict=True):
                    rows.add(metric, float(value), **where, seed=seed)
            for seed, curve in zip(seeds, curves, strict=True):
                for step, value in zip(at, curve, strict=True):
                    along = {"seed": seed, "split": "train", "step": int(step)}
                    rows.add("rel_l2", float(value), **where, **along)
            rows.add("cpu_seconds", seconds, "CPU s", **where)
            median = torch.median(results["test_rel_l2"])
            print(f"{optimizer} {initialization}: test error {median:.2%}, {seconds:.1f} CPU s")
    rows.write(metrics, {"steps": steps, "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            depth=int(snakemake.wildcards.depth),
            seeds=snakemake.params.seeds,
            choice=snakemake.input[0],
            device=resolve_device(snakemake.params.device),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
