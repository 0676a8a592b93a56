"""Train one block of seeds at one depth of task 4 with each initializer and optimizer."""

import pandas as pd

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
    chosen = read_table(choice).to_pandas()
    chosen = chosen[chosen.metric == "chosen_rate"].set_index(["optimizer", "variant"]).value
    rows = Metrics("initialization", "oscillatory function", width=width, depth=depth)
    for optimizer in chosen.index.unique("optimizer"):
        networks = [(name, chosen[optimizer, name], seed)
                    for name in initializations for seed in seeds]  # fmt: skip
        results, steps_of_curve, curves, seconds = train_networks(
            width, depth, [name for name, _, _ in networks],
            [Member(seed, rate) for _, rate, seed in networks], schedule(optimizer, steps), device,
        )  # fmt: skip
        for row, (name, rate, seed) in enumerate(networks):
            of = {"variant": name, "optimizer": optimizer, "learning_rate": rate, "seed": seed}
            for metric, values in results.items():
                rows.add(metric, float(values[row]), **of)
            for step, value in zip(steps_of_curve, curves[row], strict=True):
                rows.add("rel_l2", float(value), **of, split="train", step=int(step))
        rows.add("cpu_seconds", seconds, "CPU s", optimizer=optimizer)
        names = pd.Series([name for name, _, _ in networks])
        for name, errors in pd.Series(results["test_rel_l2"].tolist()).groupby(names, sort=False):
            print(f"{optimizer} {name}: test error {errors.median():.2%}")
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
