"""Choose the strength and the network of one method of task 3 by the errors at held-out points."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.networks.hardware import resolve_device
from dlse.studies.regularization.held_out import choose, held_out_errors
from dlse.studies.regularization.networks import Setting
from dlse.workflow.job import job, listed
from dlse.workflow.tables import Metrics, write_table


def choose_setting(
    method: str, settings: dict, noise_seeds: list[int], folds: int, device: str,
    choice: str, metrics: str,
) -> None:  # fmt: skip
    """Write the held-out errors of every candidate, with a mark on the chosen one, and the cost."""
    rows, seconds = [], 0.0
    shared = {name: settings[name] for name in ("learning_rate", "batches", "decay")}
    for network in settings["networks"]:
        for strength in settings["strengths"]:
            setting = Setting(method=method, strength=strength, **network, **shared)
            errors, spent = held_out_errors(setting, noise_seeds, folds, device)
            seconds += spent
            error = np.exp(np.log(errors).mean() / 2)
            print(f"{listed(asdict(setting))}: held-out error {error:.4f}")
            rows += [
                {**asdict(setting), "noise_seed": noise_seeds[row], "fold": fold, "error": error}
                for (row, fold), error in np.ndenumerate(errors)
            ]
    table = pd.DataFrame(rows)
    best = choose(table)
    print(f"chosen: {listed(best)}")
    table["chosen"] = (table[list(best)] == pd.Series(best)).all(axis=1)
    write_table(pa.Table.from_pandas(table, preserve_index=False), choice)
    cost = Metrics("regularization", "oscillatory function", variant=method, split="choice")
    cost.add("cpu_seconds", seconds, "CPU s")
    cost.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        choose_setting(
            method=snakemake.wildcards.method,
            settings=snakemake.params.settings,
            noise_seeds=snakemake.params.choosing["noise_seeds"],
            folds=snakemake.params.choosing["folds"],
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
