"""The claims of the ensembles against a loop, and the estimates that they are judged by."""

from collections.abc import Callable

import pandas as pd

from dlse.results.claims import Claim, minutes, select
from dlse.results.estimates import Estimate


def _ensemble_ratio(width: int, depth: int) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        where = {"variant": "loop", "width": width, "depth": depth}
        ratio, low, high = (
            select(rows, metric=name, **where)
            for name in ("ratio", "smallest_ratio", "largest_ratio")
        )
        if not len(ratio):
            return None
        return Estimate(float(ratio.iloc[0]), float(low.iloc[0]), float(high.iloc[0]), 1)

    return estimate


CLAIMS = (
    Claim(
        "ensemble_8_4", 2, "ensemble",
        "The ensemble trains at least {:g} times as many networks of 8 × 4 a CPU second as a loop",
        "≥", 30.0, "1", _ensemble_ratio(4, 8),
    ),
    Claim(
        "ensemble_6_32", 3, "ensemble",
        "The ensemble trains at least {:g} times as many networks of 6 × 32 a CPU second as a loop",
        "≥", 15.0, "1", _ensemble_ratio(32, 6),
    ),
    Claim(
        "small_networks_cost", 4, "dying_relu regularization initialization",
        "Training, choosing and the other methods of tasks 2, 3 and 4 take at most {:g} CPU "
        "minutes (without the start of jobs)",
        "≤", 10.0, "CPU min", minutes,
    ),
)  # fmt: skip
