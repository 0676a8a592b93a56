"""Measure what a small network costs in ensembles of one to hundreds, against a loop."""

from functools import partial

from dlse.studies.ensemble.timing import ensemble_seconds, loop_seconds

from dlse.networks.ensemble import Perceptron
from dlse.results.timing import benchmark_rows, in_turn
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def compare(
    networks: list[dict], members: list[int], loop_members: int, steps: int, rounds: int,
    metrics: str,
) -> None:  # fmt: skip
    """Write CPU seconds a network, for each size of network and each number of members."""
    rows = []
    for size in networks:
        network = Perceptron(size["width"], size["depth"])
        for together in members:
            alone = partial(
                loop_seconds, network, min(together, loop_members), size["points"], steps
            )
            contestants = {
                "ours": partial(ensemble_seconds, network, together, size["points"], steps),
                "loop": partial(alone, fused=False),
                "loop, fused Adam": partial(alone, fused=True),
            }
            seconds = in_turn(contestants, rounds)
            rows += benchmark_rows("ensemble", "runge function", seconds, **size, members=together)
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(**snakemake.params.settings, metrics=snakemake.output[0])
