"""Measure how many networks a CPU second trains, by the ensemble and by a loop."""

import statistics
from functools import partial

from dlse.networks.ensemble import Perceptron
from dlse.results.timing import in_turn, ratios
from dlse.studies.ensemble.timing import ensemble_seconds, loop_seconds
from dlse.workflow.job import job, listed
from dlse.workflow.tables import metrics_table, write_table


def compare(
    networks: list[dict], members: int, loop_members: int, steps: int, pairs: int, metrics: str
) -> None:
    """Write the medians over `pairs` of runs in turn, and the ratio to the ensemble."""
    rows = []
    for size in networks:
        network = Perceptron(size["width"], size["depth"])
        contestants = {
            "ensemble": partial(ensemble_seconds, network, members, size["points"], steps),
            "loop": partial(loop_seconds, network, loop_members, size["points"], steps, False),
            "fused_loop": partial(loop_seconds, network, loop_members, size["points"], steps, True),
        }
        seconds = in_turn(contestants, pairs)
        common = {"study": "ensemble", "dataset": "runge function", **size, "members": members}
        medians = {variant: statistics.median(values) for variant, values in seconds.items()}
        for variant, values in seconds.items():
            rows.append({**common, "variant": variant, "metric": "networks_per_cpu_second",
                         "value": 1 / medians[variant], "unit": "1/CPU s"})  # fmt: skip
            rows += [
                {**common, "variant": variant, "metric": metric, "value": value,
                 "unit": "CPU s/CPU s"}
                for metric, value in ratios(values, seconds["ensemble"]).items()
            ]  # fmt: skip
        print(f"{listed(size)}: {listed(medians)} CPU s a network")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(**snakemake.params.settings, metrics=snakemake.output[0])
