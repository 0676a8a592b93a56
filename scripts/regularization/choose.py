"""Choose the strength of one method of task 3 by the errors at held-out points."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.networks.hardware import resolve_device
from dlse.studies.regularization.held_out import choose, held_out_errors
from dlse.studies.regularization.networks import Recipe
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, write_table


def choose_strength(
    variant: str, recipe: Recipe, method: str, strengths: list[float], noise_seeds: list[int],
    folds: int, device: str, choice: str, metrics: str,
) -> None:  # fmt: skip
    """Write the held-out errors of every candidate, with a mark on the chosen one, and the cost."""
    errors, seconds = held_out_errors(recipe, method, strengths, noise_seeds, folds, device)
    table = pd.DataFrame(
        {"variant": variant, "strength": strengths[row], "noise_seed": noise_seeds[column],
         "error": error}
        for (row, column), error in np.ndenumerate(errors)
    )  # fmt: skip
    for strength, group in table.groupby("strength").error:
        print(f"strength {strength:g}: held-out error {np.exp(np.log(group).mean() / 2):.4f}")
    best = choose(table)
    print(f"chosen: {best:g}")
    table["chosen"] = table.strength == best
    settings = {**asdict(recipe), "method": method, "device": device}
    write_table(pa.Table.from_pandas(table, preserve_index=False), choice, settings)
    cost = Metrics("regularization", "oscillatory function", variant=variant, split="choice")
    cost.add("cpu_seconds", seconds, "CPU s")
    cost.write(metrics, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        choose_strength(
            variant=snakemake.wildcards.regularized,
            recipe=Recipe(**snakemake.params.recipe),
            method=snakemake.params.method,
            strengths=snakemake.params.strengths,
            noise_seeds=snakemake.params.choosing["noise_seeds"],
            folds=snakemake.params.choosing["folds"],
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
