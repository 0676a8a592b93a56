"""CPU seconds of our code and of peers, measured in turn, and their ratios."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from dlse.workflow.tables import Metrics

RATIOS = ("ratio", "smallest_ratio", "largest_ratio")


def cpu_seconds(function: Callable[[], object]) -> float:
    """The CPU seconds that `function()` takes."""
    before = time.process_time()
    function()
    return time.process_time() - before


def in_turn(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each contestant returns, `rounds` times. They take turns (A B A B …), so that all find
    the machine in the same state. A first round, which loads libraries and memory, is not counted.
    """
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for counted in [False, *[True] * rounds]:
        for name, measure in contestants.items():
            value = measure()
            if counted:
                found[name].append(value)
    return found


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> dict[str, float]:
    """theirs/ours in the same round, by the names in `RATIOS`: the median and the extremes. A
    single value in `theirs` is that of a peer that ran once; it is compared with every round of
    ours."""
    if len(theirs) == 1:
        theirs = [*theirs] * len(ours)
    each = [their / our for their, our in zip(theirs, ours, strict=True)]
    return dict(zip(RATIOS, (statistics.median(each), min(each), max(each)), strict=True))


def benchmark_rows(
    line: str, dataset: str, seconds: Mapping[str, Sequence[float]], **parameters: float
) -> list[dict]:
    """The rows of one line of the benchmark, for a metrics table: the median CPU seconds of each
    contestant (the first one is our code), and the `ratios` of every other one to ours."""
    ours, *_ = seconds.values()
    rows = Metrics("benchmark", dataset, variant=line)
    for name, values in seconds.items():
        where = {"peer": name, "rounds": len(values), **parameters}
        median = statistics.median(values)
        rows.add("cpu_seconds", median, "CPU s", **where)
        if values is not ours:
            for metric, value in ratios(values, ours).items():
                rows.add(metric, value, "CPU s/CPU s", **where)
        shown = "".join(f", {parameter} {value}" for parameter, value in parameters.items())
        print(f"{line}{shown}: {name} {median:.4g} CPU s")
    return rows.rows


def ratios_table(benchmark: pd.DataFrame) -> pd.DataFrame:
    """One row per peer and line of `benchmark`, with its metrics as columns: cpu_seconds, those of
    our code (our_cpu_seconds), and `RATIOS`."""
    line = ["variant", "accuracy", "dim"]
    wide = benchmark[benchmark.metric.isin(("cpu_seconds", *RATIOS))].pivot_table(
        index=[*line, "peer"], columns="metric", values="value", sort=False, dropna=False
    )
    wide = wide.dropna(subset="cpu_seconds").reset_index()
    ours = wide[wide.peer == "ours"].set_index(line).cpu_seconds.rename("our_cpu_seconds")
    return wide.dropna(subset="ratio").join(ours, on=line)
