"""Assess the generators of one WGAN-GP run by fresh samples."""

import time

import numpy as np

from dlse.networks.streams import generator
from dlse.networks.weights import load_weights
from dlse.studies.wgan.measure.sliced_wasserstein import Measure
from dlse.studies.wgan.measure.uniformity import panel
from dlse.studies.wgan.networks import restore_generators
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table
from dlse.workflow.whole_files import whole_file


def assess(
    run: str, dim: int, samples: int, panel_seeds: int, generators: list[str],
    noise_dims: list[int], seeds: list[list[int]], shown: list[int], metrics: str, drawn: str,
) -> None:  # fmt: skip
    """Write the headline of every generator, with averaged and with last weights; the panel of
    the first `panel_seeds` with averaged ones; and keep samples of the first seed of the `shown`
    noise dimensions."""
    measure = Measure(dim, samples)
    rows, kept = [], {}
    for path, noise_dim, of_file in zip(generators, noise_dims, seeds, strict=True):
        stored = load_weights(path)
        for weights in ("averaged", "raw"):
            streams = [generator(seed, f"{weights} samples") for seed in of_file]
            of_all = restore_generators(stored, weights).samples(samples, streams).numpy()
            if weights == "averaged" and noise_dim in shown and of_file[0] == 0:
                kept[f"noise{noise_dim}"] = of_all[0]
            for seed, of_one in zip(of_file, of_all, strict=True):
                if weights == "averaged" and seed < panel_seeds:
                    values = panel(of_one, measure, seed)
                else:
                    values = {"headline": measure.headline(of_one)}
                rows += [
                    {"study": "wgan", "dataset": f"uniform{dim}", "variant": run, "dim": dim,
                     "noise_dim": noise_dim, "seed": seed, "split": f"final {weights}",
                     "metric": metric, "value": value, "unit": "1"}
                    for metric, value in values.items()
                ]  # fmt: skip
                text = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
                print(f"noise {noise_dim}, seed {seed}, {weights} weights: {text}")
    rows.append({"study": "wgan", "dataset": f"uniform{dim}", "variant": run,
                 "metric": "job_cpu_seconds", "value": time.process_time(),
                 "unit": "CPU s"})  # fmt: skip
    write_table(metrics_table(rows), metrics)
    with whole_file(drawn) as beside, open(beside, "wb") as file:
        np.savez(file, **kept)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        assess(
            snakemake.wildcards.run, generators=list(snakemake.input),
            **snakemake.params.settings, **snakemake.output,
        )  # fmt: skip
