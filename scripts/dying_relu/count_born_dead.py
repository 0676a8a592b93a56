"""Estimate the probability that a network is born dead, for each width and depth."""

import time

from dlse.networks.hardware import resolve_device
from dlse.results.estimates import wilson_interval
from dlse.studies.dying_relu.birth import birth_bounds, count_born_dead
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def count(
    widths: list[int], depth: int, networks: int, seed: int, device: str, metrics: str
) -> None:
    """Write the estimate, its Wilson interval and the bounds for each of the `widths` and for 1 …
    `depth` hidden layers, from so many `networks` per width."""
    rows = Metrics("dying_relu", "none", variant="birth", seed=seed)
    before = time.process_time()
    for width in widths:
        dead = count_born_dead(width, depth, networks, seed, device)
        for layers, count in enumerate(dead, 1):
            estimate = wilson_interval(int(count), networks)
            low, high = birth_bounds(width, layers)
            values = {
                "born_dead_probability": estimate.value,
                "born_dead_low": estimate.low,
                "born_dead_high": estimate.high,
                "lower_bound": low,
                "upper_bound": high,
                "networks": networks,
            }
            for metric, value in values.items():
                rows.add(metric, float(value), width=width, depth=layers)
        print(f"width {width}: {dead[-1] / networks:.2%} of {networks:,} dead at depth {depth}")
    rows.add("cpu_seconds", time.process_time() - before, "CPU s")
    rows.write(metrics, {"device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        count(
            **snakemake.params.settings,
            device=resolve_device(snakemake.params.device),
            metrics=snakemake.output[0],
        )
