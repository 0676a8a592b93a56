"""Measure how many networks an ensemble and a loop train per CPU second."""

import statistics
from functools import partial

from dlse.networks.ensemble import Perceptron
from dlse.results.timing import in_turn, ratios
from dlse.studies.ensemble.timing import ensemble_seconds, loop_seconds
from dlse.workflow.job import job, listed
from dlse.workflow.tables import Metrics


def compare(
    networks: list[dict], members: int, loop_members: int, steps: int, pairs: int, metrics: str
) -> None:
    """Write the median rates over `pairs` of alternating runs, and the ratios of the CPU seconds to
    those of the ensemble."""
    rows = Metrics("ensemble", "runge function")
    for size in networks:
        network = Perceptron(size["width"], size["depth"])
        contestants = {
            "ensemble": partial(ensemble_seconds, network, members, size["points"], steps),
            "loop": partial(loop_seconds, network, loop_members, size["points"], steps, False),
            "fused_loop": partial(loop_seconds, network, loop_members, size["points"], steps, True),
        }
        seconds = in_turn(contestants, pairs)
        medians = {variant: statistics.median(values) for variant, values in seconds.items()}
        for variant, values in seconds.items():
            where = {"variant": variant, **size, "members": members}
            rows.add("networks_per_cpu_second", 1 / medians[variant], "1/CPU s", **where)
            rows.add("pairs", pairs, **where)
            for metric, value in ratios(values, seconds["ensemble"]).items():
                rows.add(metric, value, "CPU s/CPU s", **where)
        print(f"{listed(size)}: {listed(medians)} CPU s per network")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(**snakemake.params.settings, metrics=snakemake.output[0])
