"""Train the networks of one variant of task 3 on one block of noise seeds."""

from dataclasses import asdict

import numpy as np

from dlse.networks.hardware import resolve_device
from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.regularization.measures import part_errors
from dlse.studies.regularization.networks import Recipe, fit
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, read_table
from dlse.workflow.whole_files import whole_file


def train(
    study: str, variant: str, recipe: Recipe, method: str, strength: float, noise_seeds: list[int],
    initializations: int, device: str, metrics: str, functions: str,
) -> None:  # fmt: skip
    """Write the errors of every network, what is known of its weights, and its values at the test
    points. study: the table that the metrics belong to."""
    data = OSCILLATORY.data(noise_seeds).repeat_interleave(initializations, 0)
    seeds = [(noise, k) for noise in noise_seeds for k in range(initializations)]
    members = [recipe.member(method, strength, f"{noise}.{k}") for noise, k in seeds]
    fitted = fit(recipe, members, OSCILLATORY.x(), data, OSCILLATORY.test()[0], device)
    rows = Metrics(study, "oscillatory function", variant=variant)
    for metric, values in (part_errors(fitted.values) | fitted.about_weights()).items():
        for (noise, k), value in zip(seeds, values, strict=True):
            rows.add(metric, float(value), seed=noise, initialization_seed=k)
    rows.add("cpu_seconds", fitted.cpu_seconds, "CPU s")
    about = {"method": method, "strength": strength, "device": device}
    rows.write(metrics, {**asdict(recipe), **about})
    values = fitted.values.view(len(noise_seeds), initializations, -1)
    with whole_file(functions) as path:
        np.save(path, values.float().numpy(), allow_pickle=False)


def chosen_strength(choice: str, variant: str) -> float:
    """The strength of `variant` that was chosen by held-out points."""
    rows = read_table(choice, where={"variant": [variant], "metric": ["chosen_strength"]})
    return rows["value"][0].as_py()


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            study=snakemake.params.study,
            variant=snakemake.params.variant,
            recipe=Recipe(**snakemake.params.recipe),
            method=snakemake.params.method,
            # An ablation has no penalty, and no choice.
            strength=chosen_strength(snakemake.input[0], snakemake.params.variant)
            if snakemake.input
            else 0.0,
            noise_seeds=snakemake.params.noise_seeds,
            initializations=snakemake.params.initializations,
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
