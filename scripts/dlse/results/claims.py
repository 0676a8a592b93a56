"""What a claim is, and how the metrics alone decide its verdict.

The claims of a study are the tuple `CLAIMS` in its `claims.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.results.estimates import Estimate, wilson_interval
from dlse.results.verdicts import MET, NOT_ESTABLISHED, NOT_EVALUATED, NOT_MET, RESULT

MNIST = ("mnist",)


@dataclass(frozen=True)
class Claim:
    """A statement with a threshold.

    tables: the names of the metrics tables that the verdict depends on, separated by spaces.
    metrics: of these tables, the metrics that it depends on, separated by spaces; "" for all. A
        study with many rows names them, so that no other rows need to be read.
    statement: the claim in words, with `{:g}` for the threshold.
    estimate: takes these rows and returns the value that is judged, with its interval, or None if
        the run has not computed what it needs.
    n_of: what the estimate's n counts, which its interval is over, in the plural.
    kind: a result, a verification or a cost, see `dlse.results.verdicts`.
    asked: whether the assignment itself demands it.
    datasets: the data sets that the claim speaks of; None for any.
    """

    id: str
    task: int
    tables: str
    statement: str
    relation: Literal["≥", ">", "≤", "<"]
    threshold: float
    unit: str
    estimate: Callable[[pd.DataFrame], Estimate | None]
    n_of: str
    kind: Literal["result", "verification", "cost"] = RESULT
    asked: bool = False
    datasets: tuple[str, ...] | None = None
    metrics: str = ""

    def words(self) -> str:
        """The statement, with the threshold in it."""
        return self.statement.format(self.threshold)

    def verdict(self, estimate: Estimate) -> str:
        """Whether the estimate has the claimed relation to the threshold, and whether its whole
        interval has it, too. Without an interval, the value alone decides."""
        ends = [end for end in (estimate.low, estimate.high) if not np.isnan(end)]
        if not self._holds(estimate.value):
            return NOT_MET
        return MET if all(map(self._holds, ends)) else NOT_ESTABLISHED

    def _holds(self, value: float) -> bool:
        return {
            "≥": value >= self.threshold,
            ">": value > self.threshold,
            "≤": value <= self.threshold,
            "<": value < self.threshold,
        }[self.relation]


def final_values(rows: pd.DataFrame, **values) -> pd.Series:
    """The `value` of the rows whose columns equal `values`; without `step`, of final rows alone."""
    chosen = rows["step"].isna() if "step" not in values else pd.Series(True, rows.index)
    for column, value in values.items():
        chosen &= rows[column] == value
    return rows.loc[chosen, "value"]


def minutes(rows: pd.DataFrame) -> Estimate:
    """The sum of all recorded CPU seconds, in minutes."""
    seconds = final_values(rows, metric="cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


def largest(values) -> Estimate | None:
    """The largest of `values`, without an interval; None if there are none."""
    if not len(values):
        return None
    return Estimate(float(np.max(values)), np.nan, np.nan, len(values))


def percent(flags: pd.Series) -> Estimate | None:
    """The share of `flags` that are set, in percent, with Wilson's interval; None without flags."""
    if not len(flags):
        return None
    share = wilson_interval(int(flags.sum()), len(flags))
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.n)


def judge(metrics: pd.DataFrame, claims: Iterable[Claim], is_preview: bool = False) -> pa.Table:
    """One row per claim, in the order of the tasks, with its verdict and the files of its evidence.

    A claim about a data set that this run has not used, or about a value that it has not computed,
    is "not evaluated", and so is every claim in a preview.
    """
    judged = []
    for claim in sorted(claims, key=lambda claim: claim.task):
        tables = claim.tables.split()
        rows = metrics[metrics.study.isin(tables)]
        is_about_them = claim.datasets is None or set(rows.dataset) <= set(claim.datasets)
        is_judged = len(rows) and is_about_them and not is_preview
        found = claim.estimate(rows) if is_judged else None
        if found and np.isnan(found.value):
            found = None  # computed from no values
        estimate = found or Estimate(np.nan, np.nan, np.nan, 0)
        judged.append(
            {
                "id": claim.id,
                "task": claim.task,
                "kind": claim.kind,
                "asked": claim.asked,
                "statement": claim.words(),
                "relation": claim.relation,
                "threshold": float(claim.threshold),
                "unit": claim.unit,
                "estimate": float(estimate.value),
                "ci_low": float(estimate.low),
                "ci_high": float(estimate.high),
                "n": estimate.n,
                "n_of": claim.n_of,
                "verdict": claim.verdict(estimate) if found else NOT_EVALUATED,
                "evidence": ", ".join(f"results/metrics/{table}.parquet" for table in tables),
            }
        )
    return pa.Table.from_pylist(judged)
