"""The claims about the ensembles and a loop, and the estimates by which they are judged."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, final_values, minutes
from dlse.results.estimates import Estimate
from dlse.results.verdicts import COST


def _ensemble_ratio(width: int, depth: int) -> Callable[[pd.DataFrame], Estimate | None]:
    """The median ratio for one size of network. Its extremes are no interval."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        where = {"variant": "loop", "width": width, "depth": depth}
        found = [final_values(rows, metric=name, **where) for name in ("ratio", "pairs")]
        if not len(found[0]):
            return None
        ratio, pairs = (float(values.iloc[0]) for values in found)
        return Estimate(ratio, np.nan, np.nan, int(pairs))

    return estimate


CLAIMS = (
    Claim(
        "ensemble_8_4", 2, "ensemble",
        "Per CPU second, the ensemble trains at least {:g} times as many networks of 8 × 4 as a "
        "loop",
        "≥", 30.0, "1", _ensemble_ratio(4, 8), "pairs", kind=COST,
    ),
    Claim(
        "ensemble_6_32", 3, "ensemble",
        "Per CPU second, the ensemble trains at least {:g} times as many networks of 6 × 32 as a "
        "loop",
        "≥", 15.0, "1", _ensemble_ratio(32, 6), "pairs", kind=COST,
    ),
    Claim(
        "small_networks_cost", 4,
        "dying_relu regularization regularization_sweep regularization_ablation initialization",
        "Training, choice and reference methods of tasks 2, 3 and 4 take at most {:g} CPU minutes "
        "(without the start of jobs)",
        "≤", 25.0, "CPU min", minutes, "jobs", kind=COST,
        metrics="cpu_seconds",
    ),
)  # fmt: skip
