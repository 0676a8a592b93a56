"""The claims about the ensembles and a loop, and the estimates by which they are judged."""

from collections.abc import Callable

import pandas as pd

from dlse.results.claims import Claim, final_values, minutes
from dlse.results.estimates import Estimate
from dlse.results.verdicts import COST


def _ensemble_ratio(width: int, depth: int) -> Callable[[pd.DataFrame], Estimate | None]:
    """The ratio for one size of network, with its extremes in place of an interval."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        where = {"variant": "loop", "width": width, "depth": depth}
        names = ("ratio", "smallest_ratio", "largest_ratio")
        ratios = [final_values(rows, metric=name, **where) for name in names]
        return Estimate(*(float(ratio.iloc[0]) for ratio in ratios), 1) if len(ratios[0]) else None

    return estimate


CLAIMS = (
    Claim(
        "ensemble_8_4", 2, "ensemble",
        "Per CPU second, the ensemble trains at least {:g} times as many networks of 8 × 4 as a "
        "loop",
        "≥", 30.0, "1", _ensemble_ratio(4, 8), "sizes", kind=COST,
    ),
    Claim(
        "ensemble_6_32", 3, "ensemble",
        "Per CPU second, the ensemble trains at least {:g} times as many networks of 6 × 32 as a "
        "loop",
        "≥", 15.0, "1", _ensemble_ratio(32, 6), "sizes", kind=COST,
    ),
    Claim(
        "small_networks_cost", 4,
        "dying_relu regularization regularization_sweep regularization_ablation initialization",
        "Training, choice and reference methods of tasks 2, 3 and 4 take at most {:g} CPU minutes "
        "(without the start of jobs)",
        "≤", 10.0, "CPU min", minutes, "jobs", kind=COST,
    ),
)  # fmt: skip
