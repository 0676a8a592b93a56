"""The claims of task 4, and the estimates by which they are judged."""

from collections.abc import Callable

import pandas as pd

from dlse.results.claims import Claim, final_values, largest
from dlse.results.estimates import Estimate


def _slope_gap(family: str, theory: float) -> Callable[[pd.DataFrame], Estimate | None]:
    """The largest distance of a measured slope from that of `theory`, among the initializations
    of one family, normal and uniform."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        gaps = []
        for _, group in rows[rows.variant.str.startswith(family)].groupby("variant"):
            slope = slope_estimate(group)
            gap, half = abs(slope.value - theory), (slope.high - slope.low) / 2
            gaps.append(Estimate(gap, max(0.0, gap - half), gap + half, slope.n))
        return max(gaps) if gaps else None

    return estimate


def slope_estimate(rows: pd.DataFrame) -> Estimate:
    """The slope of log₂ of the second moment against the layer, for the `rows` of one
    initialization. Its interval is over n batches of networks."""
    value, low, high, n = (
        float(final_values(rows, metric=f"second_moment_slope{part}").iloc[0])
        for part in ("", "_low", "_high", "_batches")
    )
    return Estimate(value, low, high, int(n))


def sgd_ratios(rows: pd.DataFrame) -> pd.Series:
    """Under SGD, He's median training error as a share of Xavier's, for each depth; empty if one
    of the two was not trained."""
    chosen = rows[(rows.metric == "train_rel_l2") & (rows.optimizer == "sgd")]
    family = chosen.variant.str.split("_").str[0]
    medians = chosen.groupby(["depth", family]).value.median().unstack()
    if not {"he", "xavier"} <= set(medians):
        return pd.Series(dtype=float)
    return medians["he"] / medians["xavier"]


def _sgd_ratio(rows: pd.DataFrame) -> Estimate | None:
    return largest(100 * sgd_ratios(rows).to_numpy())


CLAIMS = (
    Claim(
        "xavier_halves", 4, "initialization",
        "Xavier halves the second moment at each ReLU layer (distance of its log₂ slope from −1)",
        "≤", 0.05, "1", _slope_gap("xavier", -1.0), "batches of networks",
    ),
    Claim(
        "he_keeps", 4, "initialization",
        "He keeps the second moment from layer to layer (distance of its log₂ slope from 0)",
        "≤", 0.05, "1", _slope_gap("he", 0.0), "batches of networks",
    ),
    Claim(
        "he_below_xavier_sgd", 4, "initialization",
        "Under SGD, He's median training error is below Xavier's at every depth (largest share)",
        "<", 100.0, "%", _sgd_ratio, "depths",
    ),
)  # fmt: skip
