"""The claims of tasks 6, 7 and 8, and the estimates by which they are judged."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, final_values, largest
from dlse.results.estimates import NORMAL_QUANTILE, Estimate, mean_interval
from dlse.results.verdicts import COST, VERIFICATION
from dlse.studies.wgan.cost import (
    ACCURACY,
    arrivals,
    ratio_interval,
    runs_table,
    seconds_interval,
)
from dlse.studies.wgan.measure.known_flaws import KNOWN_FLAWS

PERCENT = 100 * ACCURACY


def _runs(rows: pd.DataFrame, run: str) -> pd.DataFrame:
    """The rows of `runs_table` of one run of the config."""
    return runs_table(rows[rows.variant == run])


def _with_noise_enough(rows: pd.DataFrame, run: str) -> pd.DataFrame:
    """Those with at least as many noise dimensions as coordinates."""
    runs = _runs(rows, run)
    return runs[runs.noise_dim >= runs.dim]


def percent_by_seed(runs: pd.DataFrame, metric: str) -> Estimate | None:
    """The mean of `metric` over `runs`, in percent. Runs of one seed begin with the same critic, so
    the interval is Student's over the means of the seeds."""
    if metric not in runs:
        return None
    means = 100 * runs.groupby("seed")[metric].mean().dropna()
    return mean_interval(means) if len(means) else None


def share_by_seed(runs: pd.DataFrame, flag: str) -> Estimate | None:
    """The percentage of `runs` for which `flag` is set, with Wilson's interval (1927) for as many
    observations as there are seeds, as if all runs of a seed had the same outcome."""
    if not len(runs):
        return None
    share, n, z = runs[flag].mean(), runs.seed.nunique(), NORMAL_QUANTILE
    center = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return Estimate(100 * share, 100 * (center - half), 100 * (center + half), n)


def _stays(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: share_by_seed(_with_noise_enough(rows, run), "stays")


def _joint(run: str, metric: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: percent_by_seed(_with_noise_enough(rows, run), metric)


def lowest_headline(runs: pd.DataFrame) -> Estimate | None:
    """The lowest headline of each seed's final generators, in percent: its mean over seeds."""
    if not len(runs):
        return None
    lowest = 100 * runs.groupby("seed").headline.min()
    return mean_interval(lowest)


def _worst_classifier(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The accuracy of the best classifier, in percent, for the seed where it is highest."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        runs = _with_equal_noise(rows, run)
        return largest(100 * runs.classifier_accuracy.dropna()) if len(runs) else None

    return estimate


def _before_training(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The accuracy of the best classifier before training, in percent."""
    return lambda rows: percent_by_seed(
        _with_equal_noise(rows, run), "untrained_classifier_accuracy"
    )


def _too_little_noise(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        runs = _runs(rows, run)
        return lowest_headline(runs[runs.noise_dim < runs.dim])

    return estimate


def _with_equal_noise(rows: pd.DataFrame, run: str) -> pd.DataFrame:
    """Those with as many noise dimensions as coordinates."""
    runs = _runs(rows, run)
    return runs[runs.noise_dim == runs.dim]


def _cost_to_accuracy(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The median CPU seconds to 5 % of runs that step together."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        runs = _with_equal_noise(rows, run)
        if not len(runs):
            return None
        dim = runs.dim.iloc[0]
        times = final_values(
            rows, metric="cpu_seconds_per_step", variant="together", dim=dim, output="linear"
        )
        return seconds_interval(arrivals(runs, "headline", "steps"), times)

    return estimate


def _cost_ratio(reading: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The median FLOP of task 7 to 5 %, by one reading, as a multiple of that of task 6."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        runs = [_with_equal_noise(rows, run) for run in ("uniform20", "uniform5")]
        if not all(map(len, runs)):
            return None
        return ratio_interval(*(arrivals(of_task, reading, "gflop") for of_task in runs))

    return estimate


def unseen_flaws(rows: pd.DataFrame) -> Estimate | None:
    """How often a measure misses a flaw for which the source names it, counted for each flaw,
    measure and dimension."""
    must = rows[rows.metric == "must_see"]
    seen = rows[rows.metric == "sees"].set_index(["variant", "dim", "split"]).value
    named = must.set_index(["variant", "dim", "split"]).index
    missed = seen.reindex(named) != 1
    return Estimate(float(missed.sum()), np.nan, np.nan, len(named)) if len(named) else None


def _shortfall_of_classifiers(rows: pd.DataFrame) -> Estimate | None:
    """By how many points the best classifier tells a known flaw less well than the rule "outside
    the cube", at most."""
    values = rows[(rows.metric == "value") & rows.variant.isin(KNOWN_FLAWS)]
    values = values.pivot(index=["variant", "dim"], columns="split", values="value")
    if not {"outside_share", "classifier_accuracy"} <= set(values):
        return None
    return largest(100 * ((1 + values.outside_share) / 2 - values.classifier_accuracy))


def _gradient_difference(rows: pd.DataFrame) -> Estimate | None:
    return largest(final_values(rows, metric="gradient_difference"))


def _job_minutes(rows: pd.DataFrame) -> Estimate:
    """CPU minutes of whole jobs, from their first import to the end."""
    seconds = final_values(rows, metric="job_cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


CLAIMS = (
    Claim(
        "known_wrongs", 6, "uniformity",
        "Each known flaw is detected by every measure that the source names for it (misses)",
        "≤", 0, "1", unseen_flaws, "flaws and measures", kind=VERIFICATION,
    ),
    # Three standard errors of the difference.
    Claim(
        "classifier_and_rule", 6, "uniformity",
        "The best classifier tells each known flaw as well as the rule \"outside the cube\" does, "
        "to {:g} point (largest shortfall)",
        "≤", 1.0, "%", _shortfall_of_classifiers, "flaws", kind=VERIFICATION,
    ),
    Claim(
        "penalty_gradient", 6, "wgan_speed",
        "The closed-form gradient of the critic's loss agrees with automatic differentiation in "
        "float64 (largest difference)",
        "≤", 1e-10, "1", _gradient_difference, "dimensions", kind=VERIFICATION,
    ),
    *(
        claim
        for task, run, dim in ((6, "uniform5", 5), (7, "uniform20", 20))
        for claim in (
            Claim(
                f"{run}_stays", task, "wgan",
                f"In {dim} dimensions, with noise of as many or more, at least {{:g}} % of the "
                f"runs reach {PERCENT:g} % along every direction of the bank, and stay below it "
                "at all evenly spaced evaluations",
                "≥", 90.0, "%", _stays(run), "seeds", asked=True,
            ),
            Claim(
                f"{run}_too_little_noise", task, "wgan",
                f"With noise of fewer than {dim} dimensions, the headline does not fall to {{:g}} "
                "% (each seed's lowest; mean over seeds)",
                ">", PERCENT, "%", _too_little_noise(run), "seeds",
            ),
            Claim(
                f"{run}_optimized", task, "wgan",
                f"In {dim} dimensions, generators with enough noise are within {{:g}} % along a "
                "direction that is optimized on other samples",
                "<", PERCENT, "%", _joint(run, "optimized_direction"), "seeds",
            ),
            Claim(
                f"{run}_norm", task, "wgan",
                f"In {dim} dimensions, the distance of |x|² from the truth is at most {{:g}} % of "
                "its standard deviation",
                "≤", PERCENT, "%", _joint(run, "norm_distance"), "seeds",
            ),
            Claim(
                f"{run}_classifier", task, "wgan",
                f"In {dim} dimensions, the best classifier is right about at most {{:g}} % of "
                "generated and true samples",
                "≤", 50 + PERCENT / 2, "%", _joint(run, "classifier_accuracy"), "seeds",
            ),
        )
    ),
    # With the recipe of the tasks it is right about 77.4 %: half of what this is above chance.
    Claim(
        "wide20_classifier", 7, "wgan",
        "In 20 dimensions, with a linear output, a larger critic, larger batches and more steps, "
        "the best classifier is right about at most {:g} % of generated and true samples",
        "≤", 63.7, "%", _joint("wide20", "classifier_accuracy"), "seeds",
    ),
    *(
        Claim(
            f"fold{dim}_classifier", task, "wgan",
            f"In {dim} dimensions, with the output folded at the faces of the cube, the best "
            "classifier is right about at most {:g} % of generated and true samples for every "
            "seed (largest)",
            "≤", 50 + PERCENT / 2, "%", _worst_classifier(f"fold{dim}"), "seeds",
        )
        for task, dim in ((6, 5), (7, 20), (8, 50), (8, 100))
    ),
    *(
        claim
        for task, dim in ((6, 5), (7, 20))
        for claim in (
            Claim(
                f"fold{dim}_norm", task, "wgan",
                f"In {dim} dimensions, with a folded output, the distance of |x|² from the truth "
                "is at most {:g} % of its standard deviation",
                "≤", PERCENT, "%", _joint(f"fold{dim}", "norm_distance"), "seeds",
            ),
            Claim(
                f"fold{dim}_untrained", task, "wgan",
                f"In {dim} dimensions, the fold does not make the generator uniform before "
                "training: the best classifier is right about more than {:g} %",
                ">", 50 + PERCENT / 2, "%", _before_training(f"fold{dim}"), "seeds",
            ),
        )
    ),
    *(
        Claim(
            f"{run}_cost", task, "wgan wgan_speed",
            f"The median run in {dim} dimensions, with noise of as many, reaches {PERCENT:g} % "
            f"within {{:g}} CPU second{'s' * (seconds > 1)}, if several step together",
            "≤", seconds, "CPU s", _cost_to_accuracy(run), "runs", kind=COST,
        )
        for task, run, dim, seconds in ((6, "uniform5", 5, 1.0), (7, "uniform20", 20, 30.0))
    ),
    *(
        Claim(
            f"cost_ratio{name}", 8, "wgan",
            f"To be accurate to {PERCENT:g} % {words}, task 7 costs at least {{:g}} times the FLOP "
            "of task 6 (medians of runs with noise of as many dimensions as the data)",
            "≥", 5.0, "1", _cost_ratio(reading), "runs",
        )
        for name, reading, words in (
            ("", "headline", "along every direction of the bank"),
            ("_marginals", "worst_marginal_ks", "in every marginal (Kolmogorov–Smirnov)"),
        )
    ),
    Claim(
        "wgan_cost", 8, "uniformity wgan wgan_speed",
        "All jobs of tasks 6, 7 and 8 take at most {:g} CPU minutes",
        "≤", 12.0, "CPU min", _job_minutes, "jobs", kind=COST,
        metrics="job_cpu_seconds",
    ),
)  # fmt: skip
