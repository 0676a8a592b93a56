"""Ours and others, measured in turn: what both need, and the ratio."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import pandas as pd


def cpu_seconds(function: Callable[[], object]) -> float:
    """The CPU seconds that `function()` takes."""
    before = time.process_time()
    function()
    return time.process_time() - before


def in_turn(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each contestant returns, `rounds` times, in turn (A B A B …), so that all meet the
    machine in the same state. A first round is not counted: it loads libraries and memory."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for counted in [False, *[True] * rounds]:
        for name, measure in contestants.items():
            value = measure()
            if counted:
                found[name].append(value)
    return found


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> dict[str, float]:
    """theirs/ours of the same round: the median, as the metric "ratio", and the extremes."""
    each = [their / our for their, our in zip(theirs, ours, strict=True)]
    return {
        "ratio": statistics.median(each),
        "smallest_ratio": min(each),
        "largest_ratio": max(each),
    }


def benchmark_rows(
    line: str, dataset: str, seconds: Mapping[str, Sequence[float]], **parameters: float
) -> list[dict]:
    """The rows of one line of the benchmark, for a metrics table: of each contestant (the first
    is ours) the median CPU seconds, and of each other one its `ratios` to ours."""
    ours = next(iter(seconds))
    rows = []
    for contestant, values in seconds.items():
        common = {"study": "benchmark", "dataset": dataset, "variant": line, "peer": contestant,
                  "rounds": len(values), **parameters}  # fmt: skip
        median = statistics.median(values)
        rows.append({**common, "metric": "cpu_seconds", "value": median, "unit": "CPU s"})
        if contestant != ours:
            rows += [
                {**common, "metric": metric, "value": value, "unit": "CPU s/CPU s"}
                for metric, value in ratios(values, seconds[ours]).items()
            ]
        shown = "".join(f", {name} {value}" for name, value in parameters.items())
        print(f"{line}{shown}: {contestant} {median:.4g} CPU s")
    return rows


def ratios_table(benchmark: pd.DataFrame) -> pd.DataFrame:
    """A row for each peer on each line of `benchmark`, with all its metrics as columns: its
    cpu_seconds, ours (our_cpu_seconds), and the three of `ratios`."""
    line = ["variant", "accuracy", "dim"]
    wide = benchmark[benchmark.metric.isin(("cpu_seconds", *ratios([1], [1])))].pivot_table(
        index=[*line, "peer"], columns="metric", values="value", sort=False, dropna=False
    )
    wide = wide.dropna(subset="cpu_seconds").reset_index()
    ours = wide[wide.peer == "ours"].set_index(line).cpu_seconds.rename("our_cpu_seconds")
    return wide.dropna(subset="ratio").join(ours, on=line)
