"""The cost of an accurate generator: when a run becomes accurate, whether it remains so, and the
medians and ratios of costs with their intervals."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from dlse.results.estimates import Estimate
from dlse.studies.wgan.names import ACCURACY


class Reach(NamedTuple):
    """When a run became accurate, and whether it remained so."""

    evaluation: int | None  # the second of the first two accurate ones in succession, if any
    stays: bool  # accurate from the first of these two to the last evaluation


def reach(headlines) -> Reach:
    """Find when `headlines`, in the order of training, were first below `ACCURACY` at two
    evaluations in succession."""
    below = np.asarray(headlines, dtype=float) < ACCURACY
    twice = np.flatnonzero(below[1:] & below[:-1])
    if not len(twice):
        return Reach(None, False)
    return Reach(int(twice[0]) + 1, bool(below[twice[0] :].all()))


def reached(curves: pd.DataFrame) -> pd.DataFrame:
    """One row per run: steps until it was accurate (`reached` is True) or until training ended, and
    `stays`: whether it remained accurate.

    A run that is not accurate at the end of training has only passed by, and was not reached.

    curves: one row per evaluation, with seed, step and the headline as its value.
    """
    rows = []
    for seed, curve in curves.sort_values("step").groupby("seed"):
        at, stays = reach(curve.value)
        is_reached = at is not None and curve.value.iloc[-1] < ACCURACY
        steps = curve.step.iloc[at if is_reached else -1]
        rows.append({"seed": seed, "steps": steps, "reached": is_reached, "stays": stays})
    return pd.DataFrame(rows)


def runs_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """One row per run of the `wgan` metrics: variant, dim, noise_dim and seed; the panel of fresh
    samples with averaged weights; their headline with the last weights (`raw_headline`); the panel
    before training (`untrained_headline`, …), where it was measured; reached, stays and steps as in
    `reached`; the FLOP of a step; and the `gflop` and `steps_to` of an accurate generator, which
    are infinite if it was not reached."""
    final = metrics[metrics.seed.notna() & metrics.step.isna() & (metrics.study == "wgan")]
    names = final.split.map({"final raw": "raw_", "untrained": "untrained_"}).fillna("")
    keys = ["variant", "dim", "noise_dim", "seed"]
    table = final.assign(metric=names + final.metric)
    table = table.pivot(index=keys, columns="metric", values="value").reset_index()
    table["steps_to"] = table.steps.where(table.reached == 1, np.inf)
    table["gflop"] = table.steps_to * table.flops_per_step / 1e9
    return table


def with_equal_noise(runs: pd.DataFrame, variant: str) -> pd.DataFrame:
    """The runs of one variant with noise of as many dimensions as the data."""
    return runs[(runs.variant == variant) & (runs.noise_dim == runs.dim)]


def of_kind_by_dim(runs: pd.DataFrame, kind: str) -> Iterable[tuple[float, pd.DataFrame]]:
    """The runs called `kind` and a dimension, with noise of as many dimensions as the data: by this
    dimension."""
    named = runs.variant.str.fullmatch(kind + r"\d+") & (runs.noise_dim == runs.dim)
    return runs[named].groupby("dim")


def median_interval(costs) -> Estimate:
    """The median of `costs` with its 95 % bootstrap interval over runs. A run that was not reached
    costs infinitely much, so that the median is infinite if half of the runs were not reached. One
    run has no interval, and no run has no value."""
    return _bootstrap([costs], lambda medians: medians[0])


def ratio_interval(above, below, factor: float = 1.0) -> Estimate:
    """The ratio of the median costs of two groups, times a `factor` without an interval of its
    own."""
    return _bootstrap([above, below], lambda medians: factor * medians[0] / medians[1])


def _bootstrap(groups, statistic) -> Estimate:
    """`statistic` of the medians of the groups, with its percentile bootstrap interval. The values
    of each group are drawn.

    There is no interval if a group has one value, and no estimate if it has none. The quantiles are
    bootstrap samples themselves: interpolation would fail between infinite costs. Of two infinite
    costs there is no ratio; if there are such samples, there is no interval.
    """
    groups = [np.asarray(group, dtype=float) for group in groups]
    sizes = [len(group) for group in groups]
    with np.errstate(invalid="ignore"):
        value = float(statistic([np.median(g) for g in groups])) if min(sizes) else np.nan
        if min(sizes) < 2:
            return Estimate(value, np.nan, np.nan, sum(sizes))
        random = np.random.default_rng(0)
        draws = [random.integers(size, size=(1000, size)) for size in sizes]
        medians = [np.median(g[rows], axis=-1) for g, rows in zip(groups, draws, strict=True)]
        values = statistic(medians)
    low, high = np.quantile(values, (0.025, 0.975), method="nearest")
    return Estimate(value, float(low), float(high), sum(sizes))
