"""Choose the learning rates of task 4 at one depth, on seeds that do not judge."""

import pandas as pd

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member
from dlse.networks.hardware import resolve_device
from dlse.studies.initialization.networks import schedule, train_networks
from dlse.studies.initialization.rates import best_rates
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def choose_rates(
    width: int, depth: int, initializations: list[str], learning_rates: dict[str, list[float]],
    steps: int, seeds: list[int], device: str, metrics: str,
) -> None:  # fmt: skip
    """Write the final training error of every network of every rate, and the rates that are chosen
    by it."""
    rows = Metrics(
        "initialization", "oscillatory function", split="choice", width=width, depth=depth
    )
    for optimizer, rates in learning_rates.items():
        members = [Member(seed, rate) for rate in rates for seed in seeds]
        found = []
        for initialization in initializations:
            where = {"variant": initialization, "optimizer": optimizer}
            network = Perceptron(width, depth, initialization)
            results, _, _, seconds = train_networks(
                network, members, schedule(optimizer, steps), device
            )
            for member, error in zip(members, results["train_rel_l2"].tolist(), strict=True):
                of = {**where, "learning_rate": member.learning_rate}
                found.append({**of, "value": error})
                rows.add("choice_rel_l2", error, **of, seed=member.seed)
            rows.add("cpu_seconds", seconds, "CPU s", **where)
        for initialization, rate in best_rates(pd.DataFrame(found)).items():
            print(f"{optimizer} {initialization}: learning rate {rate:g}")
            rows.add("chosen_rate", rate, variant=initialization, optimizer=optimizer)
    rows.write(metrics, {"steps": steps, "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        choose_rates(
            depth=int(snakemake.wildcards.depth),
            device=resolve_device(snakemake.params.device),
            **snakemake.params.settings,
            **snakemake.params.choosing,
            metrics=snakemake.output[0],
        )
