"""Measure moments, gradients and dead networks before training, for every depth of task 4."""

import time

from dlse.networks.ensemble import Perceptron
from dlse.networks.hardware import resolve_device
from dlse.results.estimates import mean_interval
from dlse.studies.initialization.birth import gradient_norms, second_moments, slopes
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def measure(
    initializations: list[str], width: int, depths: list[int], networks: int, device: str,
    metrics: str,
) -> None:  # fmt: skip
    """Write for each initializer the second moment of each layer, the slope of its logarithm,
    the gradient norms (root mean square over networks) and the share of networks born dead.

    The gradients are those of a quarter of the `networks`.
    """
    rows = Metrics("initialization", "oscillatory function")
    before = time.process_time()
    for initialization in initializations:
        where, deepest = {"variant": initialization, "width": width}, max(depths)
        network = Perceptron(width, deepest, initialization)
        moments = second_moments(network, range(networks), device).numpy()
        slope = mean_interval(slopes(moments))
        print(f"{initialization}: slope of log₂ second moment {slope.value:.3f} per layer")
        for layer, value in enumerate(moments.mean(0), 1):
            rows.add("second_moment", float(value), **where, depth=deepest, layer=layer)
        for suffix, value in zip(("", "_low", "_high", "_networks"), slope, strict=True):
            rows.add(f"second_moment_slope{suffix}", float(value), **where, depth=deepest)
        for depth in depths:
            network = Perceptron(width, depth, initialization)
            norms, dead = gradient_norms(network, range(networks // 4), device)
            gradients = norms.square().mean(0).sqrt().tolist()
            rows.add("first_gradient_rms", gradients[0], **where, depth=depth)
            rows.add("born_dead", float(dead.double().mean()), **where, depth=depth)
            for layer, value in enumerate(gradients, 1):
                rows.add("gradient_rms", value, **where, depth=depth, layer=layer)
    rows.add("cpu_seconds", time.process_time() - before, "CPU s", variant="birth")
    rows.write(metrics, {"device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(
            **snakemake.params.settings,
            device=resolve_device(snakemake.params.device),
            metrics=snakemake.output[0],
        )
