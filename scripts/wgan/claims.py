"""The claims of tasks 6, 7 and 8, and the estimates by which they are judged."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, largest
from dlse.results.estimates import NORMAL_QUANTILE, Estimate, mean_interval
from dlse.studies.wgan.cost import ratio_interval, runs_table, with_equal_noise
from dlse.studies.wgan.names import ACCURACY, TASKS

PERCENT = 100 * ACCURACY

Judge = Callable[[pd.DataFrame], Estimate | None]


def enough_noise(runs: pd.DataFrame, variant: str) -> pd.DataFrame:
    """The runs of one variant with at least as many noise dimensions as coordinates."""
    return runs[(runs.variant == variant) & (runs.noise_dim >= runs.dim)]


def percent_by_seed(runs: pd.DataFrame, metric: str) -> Estimate | None:
    """The mean of `metric` over `runs`, in percent. Runs of one seed begin with the same critic, so
    the interval is Student's over the means of the seeds."""
    if not len(runs):
        return None
    return mean_interval(100 * runs.groupby("seed")[metric].mean())


def share_by_seed(runs: pd.DataFrame, flag: str) -> Estimate | None:
    """The percentage of `runs` for which `flag` is set, with Wilson's interval (1927) for as many
    observations as there are seeds, as if all runs of a seed had the same outcome."""
    if not len(runs):
        return None
    share, n, z = runs[flag].mean(), runs.seed.nunique(), NORMAL_QUANTILE
    center = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return Estimate(100 * share, 100 * (center - half), 100 * (center + half), n)


def lowest_headline(runs: pd.DataFrame, variant: str) -> Estimate | None:
    """The lowest headline of each seed's final generators with fewer noise dimensions than
    coordinates, in percent: its mean over seeds."""
    fewer = runs[(runs.variant == variant) & (runs.noise_dim < runs.dim)]
    return mean_interval(100 * fewer.groupby("seed").headline.min()) if len(fewer) else None


def cost_ratio(runs: pd.DataFrame, cost: str) -> Estimate | None:
    """The median cost ("gflop" or "steps_to") of task 7 to 5 % as a multiple of that of task 6,
    both with noise of as many dimensions as the data."""
    low, high = (with_equal_noise(runs, variant)[cost] for variant in TASKS)
    return ratio_interval(high, low) if len(low) and len(high) else None


def seconds_ratio(rows: pd.DataFrame) -> Estimate | None:
    """The same ratio in CPU seconds: steps times the CPU seconds of a step, of which the ratio is
    the median over rounds of one job, in which both are timed in turn."""
    runs, times = runs_table(rows), rows[rows.metric == "cpu_seconds_per_step"]
    low, high = (with_equal_noise(runs, variant).steps_to for variant in TASKS)
    if not (len(low) and len(high)):
        return None
    times = times.pivot(index="repetition", columns="dim", values="value")
    return ratio_interval(high, low, (times[20] / times[5]).median())


def _of_runs(judge: Callable[[pd.DataFrame], Estimate | None]) -> Judge:
    return lambda rows: judge(runs_table(rows))


def _both_tasks(
    judge: Callable[[pd.DataFrame, str], Estimate | None], worst: Callable
) -> Callable[[pd.DataFrame], Estimate | None]:
    """The worse of the estimates of the two tasks; None if there is none for one of them."""

    def estimate(runs: pd.DataFrame) -> Estimate | None:
        found = [judge(runs, variant) for variant in TASKS]
        return worst(found, key=lambda of: of.value) if all(found) else None

    return estimate


def _of_task(variant: str, dim: int, task: int) -> tuple[Claim, ...]:
    return (
        Claim(
            id=f"{variant}_stays", task=task, tables="wgan",
            statement=f"In {dim} dimensions, with noise of as many or more, at least {{:g}} % of "
            f"the runs reach {PERCENT:g} % along every direction of the bank, and stay below it "
            "at all later evaluations",
            relation="≥", threshold=90.0, unit="%",
            estimate=_of_runs(lambda runs: share_by_seed(enough_noise(runs, variant), "stays")),
            n_of="seeds", asked=True,
        ),
        Claim(
            id=f"{variant}_norm", task=task, tables="wgan",
            statement=f"In {dim} dimensions, the distance of |x|² from the truth is at most "
            "{:g} % of its standard deviation",
            relation="≤", threshold=PERCENT, unit="%",
            estimate=_of_runs(
                lambda runs: percent_by_seed(enough_noise(runs, variant), "norm_distance")
            ),
            n_of="seeds",
        ),
        Claim(
            id=f"{variant}_classifier", task=task, tables="wgan",
            statement=f"In {dim} dimensions, a classifier is right about at most {{:g}} % of "
            "generated and true samples",
            relation="≤", threshold=50 + PERCENT / 2, unit="%",
            estimate=_of_runs(
                lambda runs: percent_by_seed(enough_noise(runs, variant), "classifier_accuracy")
            ),
            n_of="seeds",
        ),
        Claim(
            id=f"fold{dim}_classifier", task=task, tables="wgan",
            statement=f"In {dim} dimensions, with the output folded at the faces of the cube, the "
            "classifier is right about at most {:g} % for every seed (largest)",
            relation="≤", threshold=50 + PERCENT / 2, unit="%",
            estimate=_of_runs(
                lambda runs: largest(
                    100 * with_equal_noise(runs, f"fold{dim}").classifier_accuracy
                )
            ),
            n_of="seeds",
        ),
    )  # fmt: skip


CLAIMS = (
    *_of_task("uniform5", 5, 6),
    *_of_task("uniform20", 20, 7),
    Claim(
        id="wgan_marginals", task=7, tables="wgan",
        statement="In 5 and in 20 dimensions, the largest Kolmogorov–Smirnov statistic of a "
        "marginal is at most {:g} % (the larger of the two means)",
        relation="≤", threshold=PERCENT, unit="%",
        estimate=_of_runs(
            _both_tasks(
                lambda runs, variant: percent_by_seed(
                    enough_noise(runs, variant), "worst_marginal_ks"
                ),
                max,
            )
        ),
        n_of="seeds",
    ),
    Claim(
        id="wgan_too_little_noise", task=7, tables="wgan",
        statement="With fewer noise dimensions than coordinates, the headline does not fall to "
        "{:g} % in 5 or in 20 dimensions (each seed's lowest; the lower of the two means)",
        relation=">", threshold=PERCENT, unit="%",
        estimate=_of_runs(_both_tasks(lowest_headline, min)), n_of="seeds",
    ),
    Claim(
        id="cost_ratio", task=8, tables="wgan",
        statement=f"To be accurate to {PERCENT:g} % along every direction of the bank, task 7 "
        "costs at least {:g} times the FLOP of task 6 (medians of runs with noise of as many "
        "dimensions as the data)",
        relation="≥", threshold=5.0, unit="1",
        estimate=_of_runs(lambda runs: cost_ratio(runs, "gflop")), n_of="runs",
    ),
)  # fmt: skip
