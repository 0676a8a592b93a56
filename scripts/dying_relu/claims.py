"""The claims of task 2, and the estimates by which they are judged."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, final_values, largest, percent
from dlse.results.estimates import Estimate, mean_interval, wilson_interval
from dlse.results.verdicts import VERIFICATION

# More than this share, in percent, of ten-layer ReLU networks of width 2 collapse on |x|: Lu et al.
# (2020), as a summary of their paper quotes them.
PUBLISHED_COLLAPSE = 90.0
LARGEST_OFFSET = 1e-3  # of a dead network from the mean of its data
# The metrics of `birth_table`.
BIRTH = "born_dead_probability born_dead_low born_dead_high lower_bound upper_bound networks"


def outcomes(rows: pd.DataFrame, variant: str) -> pd.DataFrame:
    """What became of the networks of one variant: one row per network, one column per metric."""
    networks = rows.loc[(rows.variant == variant) & rows.seed.notna(), ["seed", "metric", "value"]]
    columns = {of: chosen.set_index("seed").value for of, chosen in networks.groupby("metric")}
    return pd.DataFrame(columns).sort_index()


def sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """The dataset, width and depth of the networks of each variant, in the order of the rows."""
    networks = rows[(rows.metric == "collapsed") & rows.seed.notna()]
    return networks.groupby("variant", sort=False)[["dataset", "width", "depth"]].first()


def birth_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Probabilities of being born dead: one row per width and depth, one column per metric."""
    birth = rows[(rows.variant == "birth") & rows.depth.notna()]
    return birth.pivot_table(index=["width", "depth"], columns="metric", values="value")


def outside_bounds(rows: pd.DataFrame) -> Estimate | None:
    """How many estimates lie outside the theoretical bounds by more than their Wilson interval.

    The intervals hold jointly with 95 % (Bonferroni). Among a hundred separate 95 % intervals, some
    would miss even a bound that is exact, as it is for two layers.
    """
    table = birth_table(rows)
    if not len(table):
        return None
    outside = 0
    for row in table.itertuples():
        n = int(row.networks)
        estimate = wilson_interval(round(row.born_dead_probability * n), n, 1 - 0.05 / len(table))
        outside += not (estimate.high >= row.lower_bound and estimate.low <= row.upper_bound)
    return Estimate(float(outside), np.nan, np.nan, len(table))


def _dead_constant(rows: pd.DataFrame) -> Estimate | None:
    dead = rows[(rows.metric == "dead") & (rows.value == 1) & (rows.dataset == "runge function")]
    offsets = rows[rows.metric == "offset"].merge(dead[["variant", "seed"]])
    return largest(offsets.value)


def _share(rows: pd.DataFrame, variant: str, metric: str) -> Estimate | None:
    return percent(final_values(rows, variant=variant, metric=metric))


def difference(a: Estimate | None, b: Estimate | None) -> Estimate | None:
    """a − b for two shares with Wilson's intervals, with Newcombe's interval (Newcombe 1998, Stat.
    Med. 17, 873, method 10) and the smaller n; None if one is None. Networks that share seeds are
    taken as independent, which makes the interval too wide rather than too narrow."""
    if a is None or b is None:
        return None
    value = a.value - b.value
    low = value - math.hypot(a.value - a.low, b.high - b.value)
    high = value + math.hypot(a.high - a.value, b.value - b.low)
    return Estimate(value, low, high, min(a.n, b.n))


def killed_by_training(networks: pd.DataFrame) -> Estimate:
    """How many percentage points more of the `networks` (rows of `outcomes`) have collapsed after
    training than were dead before."""
    return mean_interval(100 * (networks.collapsed - networks.born_dead))


def _killed_by_training(rows: pd.DataFrame) -> Estimate | None:
    assigned = outcomes(_assigned(rows), "he_normal")
    return killed_by_training(assigned) if len(assigned) else None


def _rescued(variant: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """How many percentage points fewer networks collapse in `variant` than with plain ReLUs."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        rows = _assigned(rows)
        return difference(*(_share(rows, name, "collapsed") for name in ("he_normal", variant)))

    return estimate


def _assigned(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of networks of the assignment's size on its function."""
    return rows[(rows.width == 4) & (rows.depth == 8) & (rows.dataset == "runge function")]


def _published_collapse(rows: pd.DataFrame) -> Estimate | None:
    return _share(rows[rows.dataset == "absolute function"], "published", "collapsed")


CLAIMS = (
    Claim(
        "born_dead_bounds", 2, "dying_relu",
        "The probability of being born dead lies within the theoretical bounds at every width and "
        "depth (number of estimates that lie outside by more than their interval)",
        "≤", 0, "1", outside_bounds, "widths and depths", kind=VERIFICATION,
        metrics=BIRTH,
    ),
    Claim(
        "dead_is_the_mean", 2, "dying_relu",
        "A network that is dead after training equals the mean of its data (largest distance)",
        "≤", LARGEST_OFFSET, "1", _dead_constant, "networks", kind=VERIFICATION,
        metrics="dead offset",
    ),
    Claim(
        "killed_by_training", 2, "dying_relu",
        "Training kills: more ReLU networks of 8 × 4 have collapsed on the Runge function after "
        "training than are dead at birth (difference)",
        ">", 0, "points", _killed_by_training, "networks", metrics="born_dead collapsed",
    ),
    Claim(
        "leaky_relu_rescues", 2, "dying_relu",
        "With a leaky ReLU, fewer networks of 8 × 4 collapse (difference)",
        ">", 0, "points", _rescued("leaky_relu"), "networks", metrics="collapsed",
    ),
    Claim(
        "asymmetric_rescues", 2, "dying_relu",
        "With the randomized asymmetric initialization of Lu et al. (2020), fewer networks of "
        "8 × 4 collapse (difference)",
        ">", 0, "points", _rescued("asymmetric"), "networks", metrics="collapsed",
    ),
    Claim(
        "published_collapse", 2, "dying_relu",
        "Of ten-layer ReLU networks of width 2, more than the published {:g} % collapse on |x|",
        ">", PUBLISHED_COLLAPSE, "%", _published_collapse, "networks", metrics="collapsed",
    ),
)  # fmt: skip
