"""Choose the strengths of all methods of one recipe of task 3 by the errors at held-out points."""

from dataclasses import asdict

import pandas as pd

from dlse.networks.hardware import resolve_device
from dlse.studies.regularization.held_out import choose, hold_out
from dlse.studies.regularization.networks import Recipe
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def choose_strengths(
    recipe: Recipe, strengths: dict[str, dict], noise_seeds: list[int], folds: int, device: str,
    metrics: str,
) -> None:  # fmt: skip
    """Write the held-out error of every strength, what is known of the weights, and the choice.

    strengths: by variant, its `method` and the `strengths` to choose among.
    """
    candidates = [
        (variant, of["method"], strength)
        for variant, of in strengths.items()
        for strength in of["strengths"]
    ]
    found, seconds = hold_out(
        recipe, [(method, strength) for _, method, strength in candidates], noise_seeds, folds,
        device,
    )  # fmt: skip
    rows = Metrics("regularization", "oscillatory function", split="choice")
    for metric, table in found.items():
        for (variant, _, strength), values in zip(candidates, table, strict=True):
            for noise, value in zip(noise_seeds, values, strict=True):
                where = {"variant": variant, "strength": strength, "seed": noise}
                rows.add(metric, float(value), **where)
    scores = pd.DataFrame([row for row in rows.rows if row["metric"] == "held_out"])
    for variant, of in scores.groupby("variant", sort=False):
        chosen = choose(of)
        print(f"{variant}: chosen {chosen:g}")
        rows.add("chosen_strength", chosen, variant=variant)
    rows.add("cpu_seconds", seconds, "CPU s")
    rows.write(metrics, {**asdict(recipe), "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        choose_strengths(
            recipe=Recipe(**snakemake.params.recipe),
            strengths=snakemake.params.strengths,
            noise_seeds=snakemake.params.choosing["noise_seeds"],
            folds=snakemake.params.choosing["folds"],
            device=resolve_device(snakemake.params.device),
            metrics=snakemake.output[0],
        )
