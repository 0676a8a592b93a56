"""The cost of an accurate generator: when a run becomes accurate, whether it remains so, and what
is known about the cost of runs that ended before they were accurate."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from dlse.results.estimates import Estimate

ACCURACY = 0.05  # the assignment's 5 %: a run is accurate while its headline is below it


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
    """One row per run: steps and CPU seconds until it was accurate (`reached` is True) or until
    training ended; `stays`: whether it remained accurate.

    curves: one row per evaluation, with seed, step, headline and cpu_seconds.
    """
    rows = []
    for seed, curve in curves.sort_values("step").groupby("seed"):
        at, stays = reach(curve.headline)
        last = curve.iloc[-1 if at is None else at]
        rows.append(
            {"seed": seed, "steps": last.step, "cpu_seconds": last.cpu_seconds,
             "reached": at is not None, "stays": stays}
        )  # fmt: skip
    return pd.DataFrame(rows)


def runs_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """One row per run of the `wgan` metrics: variant, dim, noise_dim and seed; reached, stays,
    steps and cpu_seconds as in `reached`; the panel of fresh samples with averaged weights, and
    their headline with the last weights (`raw_headline`); and the cost of a step."""
    final = metrics[metrics.seed.notna() & metrics.step.isna() & (metrics.study == "wgan")]
    names = final.metric.where(final.split != "final raw", "raw_" + final.metric)
    keys = ["variant", "dim", "noise_dim", "seed"]
    table = final.assign(metric=names).pivot(index=keys, columns="metric", values="value")
    return table.rename(
        columns={"steps_to_accuracy": "steps", "cpu_seconds_to_accuracy": "cpu_seconds"}
    ).reset_index()


def scaling_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs of a `runs_table` that show how cost grows with the dimension: those of the
    one-sided penalty and a linear output, with noise of as many dimensions as the data."""
    return runs[runs.variant.str.fullmatch(r"uniform\d+") & (runs.noise_dim == runs.dim)]


def standard_run(table: pd.DataFrame) -> pd.Series:
    """The row of `reached` for the one run of the usual recipe, with its dim and its smallest
    headline. table: what `train_standard` wrote."""
    seconds = table[table.metric == "cpu_seconds"].set_index("step").value
    averaged = table[(table.metric == "headline") & (table.split == "averaged")]
    curve = averaged.rename(columns={"value": "headline"})
    curve = curve.assign(cpu_seconds=curve.step.map(seconds))
    run = reached(curve).iloc[0]
    return pd.concat([run, pd.Series({"dim": table.dim.iloc[0], "headline": curve.headline.min()})])


def survival(costs, is_reached) -> tuple[np.ndarray, np.ndarray]:
    """The share of runs that are not yet accurate at a given cost, as estimated by Kaplan & Meier
    (1958, J. Am. Stat. Assoc. 53).

    Returns the costs at which the share falls, and the share from each of them on. Runs that
    ended before they were accurate count up to their end.
    """
    costs, is_reached = np.asarray(costs, dtype=float), np.asarray(is_reached, dtype=bool)
    # scipy.stats.ecdf gives the same, but its checks take twenty times as long as its arithmetic,
    # and this is called for thousands of bootstrap samples.
    order = np.argsort(costs)
    costs, arrived = costs[order], is_reached[order]
    is_last = np.append(costs[1:] > costs[:-1], True)  # of equal costs
    arrivals = np.cumsum(arrived)[is_last]
    if arrived.all():
        return costs[is_last], 1 - arrivals / len(costs)
    gone = np.flatnonzero(is_last) + 1
    left = len(costs) - np.append(0, gone[:-1])  # just before each cost
    return costs[is_last], np.cumprod((left - np.diff(arrivals, prepend=0)) / left)


def median_cost(costs, is_reached) -> float:
    """The cost at which half of the runs are accurate; infinite if fewer than half ever are."""
    at, left = survival(costs, is_reached)
    below = np.flatnonzero(left <= 0.5)
    return float(at[below[0]]) if len(below) else np.inf


def median_interval(costs, is_reached) -> Estimate:
    """The median cost with its 95 % bootstrap interval over runs. One run has no interval, and
    no run has no value."""
    return _bootstrap([(costs, is_reached)], lambda runs: median_cost(*runs[0]))


def ratio_interval(above, below) -> Estimate:
    """The ratio of the median costs of two groups, (costs, is_reached) each, with its 95 %
    bootstrap interval."""
    return _bootstrap([above, below], lambda r: median_cost(*r[0]) / median_cost(*r[1]))


def exponent(dims, costs) -> Estimate:
    """The exponent p of cost ∝ dim^p, by least squares on the logarithms of the median costs per
    dimension, with Student's 95 % interval over dimensions. Fewer than two dimensions have no
    exponent."""
    medians = pd.Series(np.asarray(costs, dtype=float)).groupby(np.asarray(dims)).median()
    n = len(medians)
    if n < 2:
        return Estimate(np.nan, np.nan, np.nan, n)
    from scipy import stats  # takes half a second, which only this function needs

    fit = stats.linregress(np.log(medians.index.to_numpy(float)), np.log(medians))
    half = special.stdtrit(n - 2, 0.975) * fit.stderr if n > 2 else np.nan
    return Estimate(float(fit.slope), float(fit.slope - half), float(fit.slope + half), n)


def _bootstrap(groups, statistic) -> Estimate:
    """`statistic` of the groups, (costs, is_reached) each, with its percentile bootstrap interval.

    There is no interval if a group has one run, and no value if it has none. The quantiles are
    bootstrap samples themselves: interpolation would fail between infinite costs.
    """
    groups = [tuple(np.asarray(column) for column in group) for group in groups]
    n = sum(len(costs) for costs, _ in groups)
    fewest = min(len(costs) for costs, _ in groups)
    if fewest < 2:
        value = float(statistic(groups)) if fewest else np.nan
        return Estimate(value, np.nan, np.nan, n)
    random = np.random.default_rng(0)
    values = []
    for _ in range(1000):
        rows = [random.integers(len(costs), size=len(costs)) for costs, _ in groups]
        drawn = [tuple(c[r] for c in g) for g, r in zip(groups, rows, strict=True)]
        values.append(statistic(drawn))
    low, high = np.quantile(values, (0.025, 0.975), method="nearest")
    return Estimate(float(statistic(groups)), float(low), float(high), n)
