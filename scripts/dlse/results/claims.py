"""What a claim is, and how it is judged by the metrics alone.

The claims of a study stand in its `claims.py`, as `CLAIMS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.results.estimates import Estimate, wilson_interval
from dlse.results.verdicts import MET, NOT_EVALUATED, NOT_MET

MNIST = ("mnist",)


@dataclass(frozen=True)
class Claim:
    """A statement with a threshold.

    tables: the names of the metrics that it is judged by, with a space between two.
    statement: in words; `{:g}` stands for the threshold.
    estimate: from the rows of these tables to the value that is judged, with its interval; None
        where the run has not computed what it needs.
    datasets: those that the claim speaks of; None is any.
    """

    id: str
    task: int
    tables: str
    statement: str
    relation: Literal["≥", ">", "≤", "<"]
    threshold: float
    unit: str
    estimate: Callable[[pd.DataFrame], Estimate | None]
    datasets: tuple[str, ...] | None = None

    def words(self) -> str:
        """The statement with its threshold."""
        return self.statement.format(self.threshold)

    def verdict(self, value: float) -> str:
        """Whether `value` stands in the claimed relation to the threshold."""
        holds = {
            "≥": value >= self.threshold,
            ">": value > self.threshold,
            "≤": value <= self.threshold,
            "<": value < self.threshold,
        }[self.relation]
        return MET if holds else NOT_MET


def select(rows: pd.DataFrame, **values) -> pd.Series:
    """The `value` of the rows whose columns equal `values`, final ones unless `step` is given."""
    chosen = rows["step"].isna() if "step" not in values else pd.Series(True, rows.index)
    for column, value in values.items():
        chosen &= rows[column] == value
    return rows.loc[chosen, "value"]


def minutes(rows: pd.DataFrame) -> Estimate:
    """CPU minutes of all recorded work."""
    seconds = select(rows, metric="cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


def largest(values) -> Estimate | None:
    """The worst of several values: all of them are claimed, so there is no interval."""
    if not len(values):
        return None
    return Estimate(float(np.max(values)), np.nan, np.nan, len(values))


def percent(flags: pd.Series) -> Estimate | None:
    """The share of `flags` that are set, in percent, with Wilson's interval; None of none."""
    if not len(flags):
        return None
    share = wilson_interval(int(flags.sum()), len(flags))
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.n)


def judge(metrics: pd.DataFrame, claims: Iterable[Claim], is_preview: bool = False) -> pa.Table:
    """One row per claim, in the order of the tasks, with its verdict and the file that holds the evidence.

    A claim about a data set that this run has not used, or about a value that it has not
    computed, is "not evaluated"; so is every claim of a preview.
    """
    judged = []
    for claim in sorted(claims, key=lambda claim: claim.task):
        tables = claim.tables.split()
        rows = metrics[metrics.study.isin(tables)]
        speaks_of_it = claim.datasets is None or set(rows.dataset) <= set(claim.datasets)
        is_judged = len(rows) and speaks_of_it and not is_preview
        found = claim.estimate(rows) if is_judged else None
        if found and np.isnan(found.value):
            found = None  # measured, but of nothing
        value, low, high, n = found or Estimate(np.nan, np.nan, np.nan, 0)
        judged.append(
            {
                "id": claim.id,
                "task": claim.task,
                "statement": claim.words(),
                "relation": claim.relation,
                "threshold": claim.threshold,
                "unit": claim.unit,
                "estimate": value,
                "ci_low": low,
                "ci_high": high,
                "n": n,
                "verdict": claim.verdict(value) if found else NOT_EVALUATED,
                "evidence": ", ".join(f"results/metrics/{table}.parquet" for table in tables),
            }
        )
    return pa.Table.from_pylist(judged)
