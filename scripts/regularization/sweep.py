"""Train networks of task 3 with one method from no regularization to too much."""

from dataclasses import asdict

from dlse.networks.hardware import resolve_device
from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.regularization.networks import Recipe, fit, part_errors
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def sweep(
    recipe: Recipe, method: str, strengths: list[float], noise_seeds: list[int], device: str,
    metrics: str,
) -> None:  # fmt: skip
    """Write the errors of one network per strength and noise seed, and what is known of its
    weights."""
    seeds = [(strength, noise) for strength in strengths for noise in noise_seeds]
    members = [recipe.member(method, strength, f"{noise}.0") for strength, noise in seeds]
    data = OSCILLATORY.data(noise_seeds).repeat(len(strengths), 1)
    fitted = fit(recipe, members, OSCILLATORY.x(), data, OSCILLATORY.test()[0], device)
    rows = Metrics("regularization_sweep", "oscillatory function", variant=method)
    for metric, values in (part_errors(fitted.values) | fitted.about_weights()).items():
        for (strength, noise), value in zip(seeds, values, strict=True):
            rows.add(metric, float(value), seed=noise, strength=strength)
    rows.add("cpu_seconds", fitted.cpu_seconds, "CPU s")
    rows.write(metrics, {**asdict(recipe), "method": method, "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        sweep(
            recipe=Recipe(**snakemake.params.recipe),
            method=snakemake.wildcards.method,
            strengths=snakemake.params.strengths,
            noise_seeds=snakemake.params.noise_seeds,
            device=resolve_device(snakemake.params.device),
            metrics=snakemake.output[0],
        )
