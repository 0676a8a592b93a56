"""Measure the noise of the measures of uniformity, and whether they see known wrongs."""

import time

import numpy as np

from dlse.studies.wgan.measure.known_wrongs import KNOWN_WRONGS
from dlse.studies.wgan.measure.sliced_wasserstein import (
    Measure,
    noise_floor,
    true_samples,
    two_sample_floor,
)
from dlse.studies.wgan.measure.uniformity import panel, prediction_interval
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def measure(
    dims: list[int], panel_dims: list[int], samples: int, floor_repeats: int, panel_repeats: int,
    metrics: str,
) -> None:  # fmt: skip
    """Write, in each dimension, the headlines of true samples; in the `panel_dims` the panel of
    true samples and of every known wrong, and which measures see it."""
    rows = []
    for dim in dims:
        common = {"study": "uniformity", "dataset": f"uniform{dim}", "dim": dim,
                  "samples": samples, "unit": "1"}  # fmt: skip
        headline = Measure(dim, samples)
        for variant, floor in (("floor", noise_floor), ("two_sample_floor", two_sample_floor)):
            found = floor(headline, floor_repeats)
            rows += [
                {**common, "variant": variant, "seed": seed, "metric": "headline", "value": value}
                for seed, value in enumerate(found)
            ]
            print(f"{dim} dimensions, {variant}: median {np.median(found):.4f}")
        if dim not in panel_dims:
            continue
        truths = [
            panel(true_samples(dim, samples, np.random.default_rng([4, seed])), headline, seed)
            for seed in range(panel_repeats)
        ]
        limits = {name: prediction_interval([t[name] for t in truths]) for name in truths[0]}
        for name, (low, high) in limits.items():
            ends = {"value": np.median([t[name] for t in truths]), "low": low, "high": high}
            rows += [
                {**common, "variant": "true", "split": name, "metric": metric, "value": value}
                for metric, value in ends.items()
            ]
        for wrong, about in KNOWN_WRONGS.items():
            drawn = about.sample(dim, samples, np.random.default_rng(5))
            found = panel(drawn, headline, panel_repeats)
            for name, value in found.items():
                low, high = limits[name]
                entry = {"value": value, "sees": not low <= value <= high}
                if name in about.seen_by:
                    entry["must_see"] = True
                rows += [
                    {**common, "variant": wrong, "split": name, "metric": metric,
                     "value": float(value)}
                    for metric, value in entry.items()
                ]  # fmt: skip
            seen = [n for n, value in found.items() if not limits[n][0] <= value <= limits[n][1]]
            print(f"{dim} dimensions, {about.description}: seen by {', '.join(seen) or 'none'}")
    rows.append({"study": "uniformity", "dataset": "uniform", "metric": "job_cpu_seconds",
                 "value": time.process_time(), "unit": "CPU s"})  # fmt: skip
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(
            snakemake.params.dims, snakemake.params.panel_dims, **snakemake.params.settings,
            metrics=snakemake.output[0],
        )  # fmt: skip
