"""Measure how uniform fresh samples of all generators are, the noise of these measures, and what a
step of training costs."""

import time
from collections.abc import Iterator

import numpy as np

from dlse.networks.streams import generator
from dlse.networks.weights import Weights, load_weights
from dlse.studies.wgan.networks import (
    Generators,
    restore_generators,
    train_wgan,
    untrained_generators,
)
from dlse.studies.wgan.recipe import Recipe
from dlse.studies.wgan.sliced_wasserstein import Measure, noise_floor
from dlse.studies.wgan.uniformity import panel
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics
from dlse.workflow.whole_files import whole_file

FLOOR_REPEATS = 10  # sets of true samples
ROUNDS, STEPS = 5, 5  # of the timing of steps


def assess(
    generators: list[str], jobs: list[dict], samples: int, shown: dict[str, list[int]],
    timed: list[dict], metrics: str, drawn: str,
) -> None:  # fmt: skip
    """Write the panel of every generator with its averaged weights and the headline of its last
    weights; for a fold, the panel of the untrained generator, too; and the headlines of true
    samples. Write to `drawn` the samples of each run's first seed for the noise dimensions that are
    `shown`.

    generators, jobs: the files, and for each its run, dim, noise_dim and seeds.
    samples: their number per generator.
    timed: dim, recipe and number of seeds of the trainings of which steps are timed, in turn.
    """
    rows, kept = Metrics("wgan"), {}
    measures = {dim: Measure(dim, samples) for dim in sorted({of["dim"] for of in jobs})}
    for dim, measure in measures.items():
        for repeat, value in enumerate(noise_floor(measure, FLOOR_REPEATS)):
            rows.add("headline", value, variant="true", dataset=f"uniform{dim}", dim=dim,
                     repetition=repeat, samples=samples)  # fmt: skip
    for path, of in zip(generators, jobs, strict=True):
        run, dim, noise_dim = of["run"], of["dim"], of["noise_dim"]
        measure, where = measures[dim], {"dataset": f"uniform{dim}", "variant": run, "dim": dim}
        for split, of_file in _versions(load_weights(path), noise_dim == dim):
            streams = [generator(s, f"{split.split()[-1]} samples") for s in of["seeds"]]
            fresh = of_file.samples(samples, streams).numpy()
            for seed, of_seed in zip(of["seeds"], fresh, strict=True):
                if split == "final raw":
                    values = {"headline": measure.headline(of_seed)}
                else:
                    values = panel(of_seed, measure, seed)
                for metric, value in values.items():
                    rows.add(metric, value, seed=seed, split=split, noise_dim=noise_dim, **where)
            name = f"{run}_noise{noise_dim}"
            if split == "final averaged" and noise_dim in shown.get(run, ()) and name not in kept:
                kept[name] = fresh[0]
        print(f"{run}, noise {noise_dim}, seeds {of['seeds']}: {values}")
    for repetition in range(ROUNDS):
        for task in timed:
            recipe = Recipe(**{**task["recipe"], "steps": STEPS})
            dim, seeds = task["dim"], range(task["seeds"])
            trained = train_wgan(dim, dim, recipe, seeds, lambda state: None, STEPS + 1)
            rows.add("cpu_seconds_per_step", trained.cpu_seconds / STEPS, "CPU s", dim=dim,
                     dataset=f"uniform{dim}", repetition=repetition)  # fmt: skip
    rows.add("job_cpu_seconds", time.process_time(), "CPU s", dataset="uniform")
    rows.write(metrics)
    with whole_file(drawn) as beside, open(beside, "wb") as file:
        np.savez(file, **kept)


def _versions(stored: Weights, has_equal_noise: bool) -> Iterator[tuple[str, Generators]]:
    """The generators of a file: with averaged and with last weights, and before training for a
    fold with noise of as many dimensions as the data."""
    yield "final averaged", restore_generators(stored, "averaged")
    yield "final raw", restore_generators(stored, "raw")
    if has_equal_noise and stored.settings["output"] == "fold":
        yield "untrained", untrained_generators(stored)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        assess(list(snakemake.input), **snakemake.params.settings, **snakemake.output)
