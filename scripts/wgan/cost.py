"""What a generated distribution costs: when it is accurate, whether it stays so, and what of it
is known of runs that were ended before."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from dlse.results.estimates import Estimate

ACCURACY = 0.05  # of the headline: the 5 % of the assignment


class Reach(NamedTuple):
    """When a run met the accuracy, and whether it kept it."""

    evaluation: int | None  # the second of the first two in succession; None where never
    stays: bool  # below from there to the last


def reach(headlines) -> Reach:
    """When `headlines`, in order of the training, were below `ACCURACY` at two evaluations in
    succession."""
    below = np.asarray(headlines, dtype=float) < ACCURACY
    twice = np.flatnonzero(below[1:] & below[:-1])
    if not len(twice):
        return Reach(None, False)
    return Reach(int(twice[0]) + 1, bool(below[twice[0] :].all()))


def reached(curves: pd.DataFrame) -> pd.DataFrame:
    """A row a run of `curves` (a row an evaluation: seed, step, headline, cpu_seconds): seed,
    steps and cpu_seconds when 5 % was reached or, where it was not, at the end; `reached` tells
    which; and stays."""
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
    """A row a run of the `wgan` metrics: variant, dim, noise_dim, seed, and what is known at its
    end: reached, stays, steps and cpu_seconds (as `reached` has them), the headline of fresh
    samples with averaged and with last weights, and what a step costs."""
    final = metrics[metrics.seed.notna() & metrics.step.isna() & (metrics.study == "wgan")]
    names = final.metric.where(final.split != "final raw", "raw_" + final.metric)
    keys = ["variant", "dim", "noise_dim", "seed"]
    table = final.assign(metric=names).pivot(index=keys, columns="metric", values="value")
    return table.rename(
        columns={"steps_to_accuracy": "steps", "cpu_seconds_to_accuracy": "cpu_seconds"}
    ).reset_index()


def scaling_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Those of a `runs_table` that show how cost grows: one recipe, noise of dim dimensions."""
    return runs[runs.variant.str.fullmatch(r"uniform\d+") & (runs.noise_dim == runs.dim)]


def standard_run(table: pd.DataFrame) -> pd.Series:
    """The row of `reached` of the usual recipe's one run, with its dim and smallest headline."""
    seconds = table[table.metric == "cpu_seconds"].set_index("step").value
    averaged = table[(table.metric == "headline") & (table.split == "averaged")]
    curve = averaged.rename(columns={"value": "headline"})
    curve = curve.assign(cpu_seconds=curve.step.map(seconds))
    run = reached(curve).iloc[0]
    return pd.concat([run, pd.Series({"dim": table.dim.iloc[0], "headline": curve.headline.min()})])


def survival(costs, is_reached) -> tuple[np.ndarray, np.ndarray]:
    """The share of runs that a cost has not brought to the accuracy, after Kaplan & Meier
    (1958, J. Am. Stat. Assoc. 53): the costs at which it falls, and the share from each on.
    Runs that were ended before count as long as they were seen."""
    costs, is_reached = np.asarray(costs, dtype=float), np.asarray(is_reached, dtype=bool)
    # As scipy.stats.ecdf, whose checks take twenty times as long as its arithmetic: it is called
    # once for each of thousands of bootstrap samples.
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
    """The cost that brings half of the runs to the accuracy; infinite where less than half
    arrive."""
    at, left = survival(costs, is_reached)
    below = np.flatnonzero(left <= 0.5)
    return float(at[below[0]]) if len(below) else np.inf


def median_interval(costs, is_reached) -> Estimate:
    """The median cost with its 95 % interval, by the bootstrap over runs; no interval of one
    run, and no value of none."""
    return _bootstrap([(costs, is_reached)], lambda runs: median_cost(*runs[0]))


def ratio_interval(above, below) -> Estimate:
    """The ratio of two median costs, each of (costs, is_reached), with its 95 % interval."""
    return _bootstrap([above, below], lambda r: median_cost(*r[0]) / median_cost(*r[1]))


def exponent(dims, costs) -> Estimate:
    """p of cost ∝ dim^p, by least squares on the logarithms of the median cost of each of the
    dimensions, with Student's 95 % interval over these; none where there are fewer than two."""
    medians = pd.Series(np.asarray(costs, dtype=float)).groupby(np.asarray(dims)).median()
    n = len(medians)
    if n < 2:
        return Estimate(np.nan, np.nan, np.nan, n)
    from scipy import stats  # half a second, in jobs that need nothing else of this module

    fit = stats.linregress(np.log(medians.index.to_numpy(float)), np.log(medians))
    half = special.stdtrit(n - 2, 0.975) * fit.stderr if n > 2 else np.nan
    return Estimate(float(fit.slope), float(fit.slope - half), float(fit.slope + half), n)


def _bootstrap(groups, statistic) -> Estimate:
    """`statistic` of a list of (costs, is_reached), with its percentile interval: none where a
    group has one run, and no value where it has none."""
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
