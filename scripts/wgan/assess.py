"""Measure how uniform fresh samples of the generators of one WGAN-GP run are."""

import time

import numpy as np

from dlse.networks.streams import generator
from dlse.networks.weights import load_weights
from dlse.studies.wgan.measure.sliced_wasserstein import Measure
from dlse.studies.wgan.measure.uniformity import SEARCHED, overshoot, panel
from dlse.studies.wgan.networks import (
    restore_generators,
    supervised_generators,
    untrained_generators,
)
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics
from dlse.workflow.whole_files import whole_file


def assess(
    run: str, dim: int, samples: int, panel_seeds: list[int], generators: list[str],
    noise_dims: list[int], seeds: list[list[int]], shown: list[int], metrics: str, drawn: str,
) -> None:  # fmt: skip
    """Write the headline of every generator with its averaged and with its last weights. Write the
    panel of the `panel_seeds` with averaged weights (of all seeds for a fold and noise of `dim`
    dimensions), and by how much their samples overshoot the
    faces of the cube. For noise of `dim` dimensions, write the panel of controls, too: of a fold
    before training, and of a linear output that was fitted to the right map, for the first of these
    seeds. Write to `drawn` the samples of the first of these seeds for the noise dimensions that
    are `shown`.

    generators, noise_dims, seeds: the files, and the noise dimension and the seeds of each.
    samples: their number per generator.
    """
    measure = Measure(dim, samples)
    rows, kept = Metrics("wgan", f"uniform{dim}", variant=run), {}
    for path, noise_dim, seeds_of_file in zip(generators, noise_dims, seeds, strict=True):
        stored = load_weights(path)
        splits = {
            "final averaged": restore_generators(stored, "averaged"),
            "final raw": restore_generators(stored, "raw"),
        }
        output = stored.settings["output"]
        if noise_dim == dim and output == "fold":
            splits["untrained"] = untrained_generators(stored)
        if noise_dim == dim and output == "linear" and panel_seeds[0] in seeds_of_file:
            splits["supervised"] = supervised_generators(stored, panel_seeds[0])
        for split, generators_of_file in splits.items():
            weights = split.removeprefix("final ")
            drawn_seeds = panel_seeds[:1] if split == "supervised" else seeds_of_file
            streams = [generator(seed, f"{weights} samples") for seed in drawn_seeds]
            # All seeds of a fold are judged: none may be told from the truth.
            judges_all = output == "fold" and noise_dim == dim and split == "final averaged"
            of_panel = set(seeds_of_file if judges_all else panel_seeds)
            has_panel = split != "final raw" and not of_panel.isdisjoint(seeds_of_file)
            drawn_samples = samples * (1 + SEARCHED if has_panel else 1)
            fresh = generators_of_file.samples(drawn_samples, streams).numpy()
            if (
                weights == "averaged"
                and has_panel
                and noise_dim in shown
                and panel_seeds[0] in seeds_of_file
            ):
                of_first = fresh[seeds_of_file.index(panel_seeds[0])]
                kept[f"noise{noise_dim}"] = of_first[:samples]
            where = {"dim": dim, "noise_dim": noise_dim, "split": split}
            for seed, of_seed in zip(drawn_seeds, fresh, strict=True):
                if has_panel and seed in of_panel:
                    values = panel(of_seed, measure, seed)
                    values["overshoot"] = overshoot(of_seed[:samples])
                else:
                    values = {"headline": measure.headline(of_seed[:samples])}
                for metric, value in values.items():
                    rows.add(metric, value, seed=seed, **where)
                text = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
                print(f"noise {noise_dim}, seed {seed}, {weights} weights: {text}")
    rows.add("job_cpu_seconds", time.process_time(), "CPU s")
    rows.write(metrics)
    with whole_file(drawn) as beside, open(beside, "wb") as file:
        np.savez(file, **kept)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        assess(
            snakemake.wildcards.run, generators=list(snakemake.input),
            **snakemake.params.settings, **snakemake.output,
        )  # fmt: skip
