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


def reached(curves: pd.DataFrame, reading: str = "headline") -> pd.DataFrame:
    """One row per run: steps until it was accurate (`reached` is True) or until training ended;
    `stays`: whether it remained accurate; `resolution`: the steps since the evaluation before,
    which the cost may be too large by, or 0 if it was not accurate.

    A run that is not accurate at the end of training has only passed by, and was not reached.

    curves: one row per evaluation, with seed, step and the `reading`.
    """
    rows = []
    for seed, curve in curves.sort_values("step").groupby("seed"):
        at, stays = reach(curve[reading])
        is_reached = at is not None and curve[reading].iloc[-1] < ACCURACY
        steps = curve.step.to_numpy()
        gaps = np.diff(steps, prepend=0)
        rows.append(
            {"seed": seed, "steps": steps[at if is_reached else -1], "reached": is_reached,
             "stays": stays, "resolution": gaps[at - 1 : at + 1].max() if is_reached else 0}
        )  # fmt: skip
    return pd.DataFrame(rows)


def runs_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """One row per run of the `wgan` metrics: variant, dim, noise_dim and seed; the panel of fresh
    samples with averaged weights; their headline with the last weights (`raw_headline`); the panel
    before training (`untrained_headline`, …) and of a generator that was fitted to the right map
    (`supervised_headline`, …), where they were measured; the FLOP of a step; and for
    the headline reached, stays, steps and resolution as in `reached`, and the cost in `gflop`. For
    the other readings these have names such as `worst_marginal_ks_steps`."""
    final = metrics[metrics.seed.notna() & metrics.step.isna() & (metrics.study == "wgan")]
    names = final.split.map(
        {"final raw": "raw_", "untrained": "untrained_", "supervised": "supervised_"}
    ).fillna("")
    names += final.metric
    keys = ["variant", "dim", "noise_dim", "seed"]
    table = final.assign(metric=names).pivot(index=keys, columns="metric", values="value")
    for steps in [name for name in table if name.endswith("steps")]:
        cost = steps.removesuffix("steps") + "gflop"
        table[cost] = table[steps] * table.flops_per_step / 1e9
    return table.reset_index()


def arrivals(runs: pd.DataFrame, reading: str, cost: str) -> tuple[pd.Series, pd.Series]:
    """The costs of the runs of a `runs_table` by one of the readings, and which were reached.
    cost: "steps" or "gflop"."""
    prefix = "" if reading == "headline" else f"{reading}_"
    return runs[prefix + cost], runs[f"{prefix}reached"]


def scaling_runs(runs: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The runs of a `runs_table` that show how cost grows with the dimension: those of one `kind`,
    "uniform" (a linear output) or "fold", with noise of as many dimensions as the data."""
    return runs[runs.variant.str.fullmatch(kind + r"\d+") & (runs.noise_dim == runs.dim)]


def standard_run(table: pd.DataFrame) -> pd.Series:
    """The row of `reached` for the one run of the usual recipe, with its dim, its CPU seconds and
    its smallest headline. table: what `train_standard` wrote."""
    seconds = table[table.metric == "cpu_seconds"].set_index("step").value
    averaged = table[(table.metric == "headline") & (table.split == "averaged")]
    curve = averaged.rename(columns={"value": "headline"})
    run = reached(curve).iloc[0]
    more = {"dim": table.dim.iloc[0], "cpu_seconds": seconds[run.steps]}
    return pd.concat([run, pd.Series({**more, "headline": curve.headline.min()})])


def survival(costs, is_reached) -> tuple[np.ndarray, np.ndarray]:
    """The share of runs that are not yet accurate at a given cost, as estimated by Kaplan & Meier
    (1958, J. Am. Stat. Assoc. 53).

    Returns the costs at which the share falls, and the share from each of them on. Runs that
    ended before they were accurate count up to their end.
    """
    from scipy import stats  # takes half a second, which most jobs can do without

    costs, is_reached = np.asarray(costs, dtype=float), np.asarray(is_reached, dtype=bool)
    runs = stats.CensoredData(uncensored=costs[is_reached], right=costs[~is_reached])
    share = stats.ecdf(runs).sf
    return share.quantiles, share.probabilities


def median_cost(costs, is_reached) -> np.ndarray:
    """The cost at which half of the runs are accurate; infinite if fewer than half ever are.

    costs, is_reached: `[..., n]`, of n runs each. Returns `[...]`.
    """
    costs, arrived = np.asarray(costs, dtype=float), np.asarray(is_reached, dtype=bool)
    order = np.lexsort((~arrived, costs))  # of equal costs, arrivals come first
    costs, arrived = (np.take_along_axis(values, order, -1) for values in (costs, arrived))
    left = np.arange(costs.shape[-1], 0, -1)  # before each run
    share = np.cumprod(1 - arrived / left, axis=-1)  # as in `survival`
    is_half = share <= 0.5 + 1e-9  # a product of fractions rounds
    first = np.take_along_axis(costs, is_half.argmax(-1)[..., None], -1)[..., 0]
    return np.where(is_half.any(-1), first, np.inf)[()]


def median_interval(costs, is_reached) -> Estimate:
    """The median cost with its 95 % bootstrap interval over runs. One run has no interval, and
    no run has no value."""
    return _bootstrap([(costs, is_reached)], lambda runs: median_cost(*runs[0]))


def ratio_interval(above, below) -> Estimate:
    """The ratio of the median costs of two groups, (costs, is_reached) each, with its 95 %
    bootstrap interval over their runs."""
    return _bootstrap([above, below], lambda r: median_cost(*r[0]) / median_cost(*r[1]))


def paired_ratio_interval(above: pd.DataFrame, below: pd.DataFrame) -> Estimate:
    """The ratio of the median FLOP of two groups of a `runs_table` with the same seeds, which start
    from the same random numbers: the seeds are drawn."""
    columns = ["seed", "gflop", "reached"]
    pairs = above[columns].merge(below[columns], on="seed", suffixes=("_above", "_below"))
    return _bootstrap(
        [tuple(pairs[name] for name in pairs.columns.drop("seed"))],
        lambda r: median_cost(*r[0][:2]) / median_cost(*r[0][2:]),
    )


def seconds_interval(run, seconds_per_step) -> Estimate:
    """The median cost of a group (steps, is_reached) in CPU seconds: median steps times the median
    of `seconds_per_step`, one from each timing job. Runs and jobs are both drawn."""
    return _bootstrap(
        [run, (seconds_per_step,)], lambda r: median_cost(*r[0]) * np.median(r[1][0], axis=-1)
    )._replace(n=len(run[0]))


def seconds_ratio_interval(above, below, seconds_above, seconds_below) -> Estimate:
    """The ratio of two such costs. Each timing job has measured both kinds of steps."""
    return _bootstrap(
        [above, below, (seconds_above, seconds_below)],
        lambda r: median_cost(*r[0]) / median_cost(*r[1]) * np.median(r[2][0] / r[2][1], axis=-1),
    )._replace(n=len(above[0]) + len(below[0]))


def usual_ratio_interval(
    usual_steps: float, usual_seconds_per_step, run, seconds_per_step
) -> Estimate:
    """How many times the CPU seconds of a group (steps, is_reached) one run of `usual_steps` takes.
    Each timing job has measured both kinds of steps; runs and jobs are drawn."""
    return _bootstrap(
        [run, (usual_seconds_per_step, seconds_per_step)],
        lambda r: usual_steps / median_cost(*r[0]) * np.median(r[1][0] / r[1][1], axis=-1),
    )._replace(n=len(run[0]))


class PowerLaw(NamedTuple):
    """cost ∝ dim^p, by least squares on the logarithms."""

    exponent: Estimate  # p
    level: float  # logarithm of the cost in one dimension
    predicted: Estimate  # the cost in one more dimension, with its 95 % prediction interval


def power_law(dims, costs, at: float) -> PowerLaw:
    """Fit a power law to one median cost for each of the `dims`, and predict the cost in `at`
    dimensions. Intervals are Student's, over three dimensions or more."""
    x, y = np.log(np.asarray(dims, dtype=float)), np.log(np.asarray(costs, dtype=float))
    n = len(x)
    spread = np.square(x - x.mean()).sum()
    slope = float((x - x.mean()) @ y / spread)
    level = float(y.mean() - slope * x.mean())
    error = np.sqrt(np.square(y - level - slope * x).sum() / (n - 2))
    quantile = special.stdtrit(n - 2, 0.975)
    half = quantile * error / np.sqrt(spread)
    ahead = quantile * error * np.sqrt(1 + 1 / n + np.square(np.log(at) - x.mean()) / spread)
    value = level + slope * np.log(at)
    exponent = Estimate(slope, slope - half, slope + half, n)
    return PowerLaw(exponent, level, Estimate(*np.exp([value, value - ahead, value + ahead]), n))


def scaling_law(runs: pd.DataFrame, cost: str, reading: str = "headline") -> PowerLaw | None:
    """The power law of the median `cost` ("steps" or "gflop") of the `scaling_runs` by one reading:
    fitted to all dimensions but the largest, which it predicts. None with fewer than three
    dimensions to fit, or if half of the runs of one of them never became accurate."""
    medians = {dim: median_cost(*arrivals(r, reading, cost)) for dim, r in runs.groupby("dim")}
    *fitted, largest = sorted(medians) or [np.nan]
    costs = [medians[dim] for dim in fitted]
    if len(fitted) < 3 or not np.isfinite(costs).all():
        return None
    return power_law(fitted, costs, largest)


def _bootstrap(groups, statistic) -> Estimate:
    """`statistic` of the groups, tuples of columns each, with its percentile bootstrap interval.
    The rows of each group are drawn.

    statistic: of columns `[..., n]`, with a value for each of the samples: `[...]`.

    There is no interval if a group has one row, and no value if it has none. The quantiles are
    bootstrap samples themselves: interpolation would fail between infinite costs. Of two infinite
    costs there is no ratio; if there are such samples, there is no interval.
    """
    groups = [tuple(np.asarray(column, dtype=float) for column in group) for group in groups]
    sizes = [len(group[0]) for group in groups]
    with np.errstate(invalid="ignore"):
        value = float(statistic(groups)) if min(sizes) else np.nan
        if min(sizes) < 2:
            return Estimate(value, np.nan, np.nan, sum(sizes))
        random = np.random.default_rng(0)
        rows = [random.integers(size, size=(1000, size)) for size in sizes]
        values = statistic(
            [tuple(c[r] for c in group) for group, r in zip(groups, rows, strict=True)]
        )
    low, high = np.quantile(values, (0.025, 0.975), method="nearest")
    return Estimate(value, float(low), float(high), sum(sizes))
