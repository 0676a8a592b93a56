"""Measure what the initializers do at birth, for every depth of task 4."""

import time

import numpy as np

from dlse.networks.ensemble import Perceptron
from dlse.results.estimates import mean_interval
from dlse.studies.initialization.networks import gradient_norms, second_moments
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table

BATCHES = 16  # of networks; the slope's interval is over them


def measure(
    initializations: list[str], width: int, depths: list[int], networks: int, metrics: str
) -> None:
    """Write, for each initializer, the second moment of each layer, the slope of its logarithm,
    gradient norms (root mean square over networks) and the share born dead."""
    rows = []
    before = time.process_time()
    for initialization in initializations:
        common = {
            "study": "initialization", "dataset": "oscillatory function",
            "variant": initialization, "width": width,
        }  # fmt: skip
        deepest = max(depths)
        network = Perceptron(width, deepest, initialization)
        moments = second_moments(network, range(networks)).numpy()
        slopes = []
        for batch in np.array_split(moments, BATCHES):
            mean = batch.mean(0)
            slopes.append(np.log2(mean[-1] / mean[0]) / (deepest - 1))
        slope = mean_interval(slopes)
        print(f"{initialization}: slope of log₂ second moment {slope.value:.3f} a layer")
        rows += [
            {**common, "depth": deepest, "layer": layer, "metric": "second_moment",
             "value": float(value), "unit": "1"}
            for layer, value in enumerate(moments.mean(0), 1)
        ]  # fmt: skip
        rows += [
            {**common, "depth": deepest, "metric": f"second_moment_slope{suffix}",
             "value": float(value), "unit": "1"}
            for suffix, value in (("", slope.value), ("_low", slope.low), ("_high", slope.high),
                                  ("_batches", slope.n))
        ]  # fmt: skip
        for depth in depths:
            network = Perceptron(width, depth, initialization)
            norms, dead = gradient_norms(network, range(networks // 4))
            gradients = norms.square().mean(0).sqrt().tolist()
            values = {
                "first_gradient_rms": gradients[0],
                "born_dead": float(dead.double().mean()),
            }
            rows += [
                {**common, "depth": depth, "metric": metric, "value": value, "unit": "1"}
                for metric, value in values.items()
            ]
            rows += [
                {**common, "depth": depth, "layer": layer, "metric": "gradient_rms",
                 "value": value, "unit": "1"}
                for layer, value in enumerate(gradients, 1)
            ]  # fmt: skip
    seconds = time.process_time() - before
    cost = {"study": "initialization", "dataset": "oscillatory function", "variant": "birth"}
    rows.append({**cost, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(**snakemake.params.settings, metrics=snakemake.output[0])
