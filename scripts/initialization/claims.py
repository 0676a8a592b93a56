"""The claims of task 4, and the estimates by which they are judged.

All networks of one seed have the same noise, and their first layers the same random numbers at
every depth. Seeds are therefore what is independent: every interval of a trained network's error
is over seeds.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, final_values
from dlse.results.estimates import Estimate, bootstrap_interval
from dlse.results.verdicts import VERIFICATION

FAMILIES = {"xavier": "Xavier", "he": "He"}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
REQUIRED = 5.0  # percent, as in task 3


def seed_errors(
    rows: pd.DataFrame, metric: str, optimizer: str, pattern: str, depth: int | None = None
) -> np.ndarray:
    """The errors `[seeds, networks]` in percent of the initializations whose names match `pattern`,
    at one depth or at all, in the order of names and depths. A network that diverged counts as
    100 %, the error of zero."""
    chosen = rows[(rows.metric == metric) & (rows.optimizer == optimizer)]
    chosen = chosen[chosen.variant.str.contains(pattern)]
    if depth is not None:
        chosen = chosen[chosen.depth == depth]
    table = chosen.pivot(index="seed", columns=["variant", "depth"], values="value")
    return 100 * table.sort_index(axis=1).clip(upper=1.0).to_numpy()


def median_error(errors: np.ndarray) -> Estimate | None:
    """The median of all `errors [seeds, networks]`; None if there are none."""
    return bootstrap_interval(errors, np.median) if errors.size else None


def compared_medians(
    first: np.ndarray, second: np.ndarray, relation: Callable[[float, float], float]
) -> Estimate | None:
    """The `relation` of the medians of two groups of errors `[seeds, networks]` of the same seeds,
    which are resampled together; None if one group is empty."""
    if not (first.size and second.size):
        return None
    both = np.hstack([first, second])

    def statistic(values: np.ndarray) -> float:
        groups = np.split(values.reshape(-1, both.shape[1]), [first.shape[1]], axis=1)
        return relation(*map(np.median, groups))

    return bootstrap_interval(both, statistic)


def he_shares(rows: pd.DataFrame, metric: str, optimizer: str) -> dict[int, Estimate]:
    """He's median error in percent of Xavier's, for each depth; empty if one of the two was not
    trained."""
    shares = {}
    for depth in sorted(rows.depth[rows.metric == metric].unique()):
        he, xavier = (
            seed_errors(rows, metric, optimizer, of, depth) for of in ("^he_", "^xavier_")
        )
        share = compared_medians(he, xavier, lambda he, xavier: 100 * he / xavier)
        if share:
            shares[int(depth)] = share
    return shares


def worst(shares: dict[int, Estimate]) -> Estimate | None:
    """The largest of the shares, and the largest ends of their intervals."""
    if not shares:
        return None
    values, lows, highs, counts = zip(*shares.values(), strict=True)
    return Estimate(max(values), max(lows), max(highs), min(counts))


def slope_estimate(rows: pd.DataFrame) -> Estimate:
    """The slope of log₂ of the second moment against the layer, for the `rows` of one
    initialization. Its interval is over n networks."""
    value, low, high, n = (
        float(final_values(rows, metric=f"second_moment_slope{part}").iloc[0])
        for part in ("", "_low", "_high", "_networks")
    )
    return Estimate(value, low, high, int(n))


def _slope_gap(family: str, theory: float) -> Callable[[pd.DataFrame], Estimate | None]:
    """The largest distance of a measured slope from that of `theory`, among the initializations
    of one family, normal and uniform."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        gaps = []
        born = rows[rows.metric.str.startswith("second_moment_slope")]
        for _, group in born[born.variant.str.startswith(family)].groupby("variant"):
            slope = slope_estimate(group)
            gap, half = abs(slope.value - theory), (slope.high - slope.low) / 2
            gaps.append(Estimate(gap, max(0.0, gap - half), gap + half, slope.n))
        return max(gaps) if gaps else None

    return estimate


CLAIMS = (
    Claim(
        "xavier_halves", 4, "initialization",
        "Xavier halves the second moment at each ReLU layer (distance of its log₂ slope from −1)",
        "≤", 0.05, "1", _slope_gap("xavier", -1.0), "networks", kind=VERIFICATION,
    ),
    Claim(
        "he_keeps", 4, "initialization",
        "He keeps the second moment from layer to layer (distance of its log₂ slope from 0)",
        "≤", 0.05, "1", _slope_gap("he", 0.0), "networks", kind=VERIFICATION,
    ),
    Claim(
        "he_adam_5", 4, "initialization",
        "He's networks under Adam approximate the function (median test error over all depths)",
        "<", REQUIRED, "%",
        lambda rows: median_error(seed_errors(rows, "test_rel_l2", "adam", "^he_")), "seeds",
    ),
    Claim(
        "he_first_sgd", 4, "initialization",
        "Under SGD, He's median training error after the first hundred steps is below Xavier's at "
        "every depth (largest share)",
        "<", 100.0, "%", lambda rows: worst(he_shares(rows, "first_rel_l2", "sgd")), "seeds",
    ),
    Claim(
        "he_below_xavier_sgd", 4, "initialization",
        "Under SGD, He's median test error at the end is below Xavier's at every depth (largest "
        "share)",
        "<", 100.0, "%", lambda rows: worst(he_shares(rows, "test_rel_l2", "sgd")), "seeds",
    ),
)  # fmt: skip
