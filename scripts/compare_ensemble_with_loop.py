"""Measure how many networks a CPU second trains, by the ensemble and by a loop."""

import statistics

from dlse.ensemble import Perceptron
from dlse.ensemble_speed import ensemble_rate, loop_rate
from dlse.job import job, listed
from dlse.tables import metrics_table, write_table


def compare(
    networks: list[dict], members: int, loop_members: int, steps: int, pairs: int, metrics: str
) -> None:
    """Write the medians over `pairs` of runs in turn, and the ratio of the two."""
    rows = []
    small = Perceptron(2, 1)
    ensemble_rate(small, 2, 8, 2)  # what the first call of anything costs counts for none
    loop_rate(small, 1, 8, 2, fused=False)
    for size in networks:
        network = Perceptron(size["width"], size["depth"])
        points = size["points"]
        rates: dict[str, list[float]] = {"ensemble": [], "loop": [], "fused_loop": []}
        for _ in range(pairs):
            rates["ensemble"].append(ensemble_rate(network, members, points, steps))
            rates["loop"].append(loop_rate(network, loop_members, points, steps, fused=False))
            rates["fused_loop"].append(loop_rate(network, loop_members, points, steps, fused=True))
        common = {"study": "ensemble", "dataset": "runge function", **size, "members": members}
        for variant, values in rates.items():
            ratios = [ours / theirs for ours, theirs in zip(rates["ensemble"], values, strict=True)]
            rows += [
                {**common, "variant": variant, "metric": "networks_per_cpu_second",
                 "value": statistics.median(values), "unit": "1/CPU s"},
                {**common, "variant": variant, "metric": "ratio",
                 "value": statistics.median(ratios), "unit": "CPU s/CPU s"},
                {**common, "variant": variant, "metric": "smallest_ratio",
                 "value": min(ratios), "unit": "CPU s/CPU s"},
                {**common, "variant": variant, "metric": "largest_ratio",
                 "value": max(ratios), "unit": "CPU s/CPU s"},
            ]  # fmt: skip
        medians = {variant: statistics.median(values) for variant, values in rates.items()}
        print(f"{listed(size)}: {listed(medians)} networks per CPU s")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(**snakemake.params.settings, metrics=snakemake.output[0])
