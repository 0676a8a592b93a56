"""The claims of tasks 6, 7 and 8, and the estimates by which they are judged."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, final_values, largest, percent
from dlse.results.estimates import Estimate
from dlse.results.verdicts import COST, VERIFICATION
from dlse.studies.wgan.cost import (
    ACCURACY,
    arrivals,
    ratio_interval,
    runs_table,
    seconds_interval,
)

PERCENT = 100 * ACCURACY


def _kept_accuracy(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The percentage of the runs with enough noise that become accurate and remain so."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        return percent(with_noise_enough(rows, run).stays)

    return estimate


def with_noise_enough(rows: pd.DataFrame, run: str) -> pd.DataFrame:
    """The rows of `runs_table` with at least as many noise dimensions as coordinates."""
    runs = runs_table(rows)
    return runs[(runs.variant == run) & (runs.noise_dim >= runs.dim)]


def _final_headline(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: largest(100 * with_noise_enough(rows, run).headline)


def _with_equal_noise(rows: pd.DataFrame, run: str) -> pd.DataFrame:
    """The rows of `runs_table` with as many noise dimensions as coordinates."""
    runs = runs_table(rows)
    return runs[(runs.variant == run) & (runs.noise_dim == runs.dim)]


def _cost_to_accuracy(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The median CPU seconds to 5 % of runs that step together."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        runs = _with_equal_noise(rows, run)
        if not len(runs):
            return None
        dim = runs.dim.iloc[0]
        times = final_values(rows, metric="cpu_seconds_per_step", variant="together", dim=dim)
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


def _square_norm_reached(rows: pd.DataFrame) -> Estimate | None:
    runs = [_with_equal_noise(rows, run) for run in ("uniform5", "uniform20")]
    return percent(pd.concat(runs).square_norm_distance_reached)


def _true_headline(rows: pd.DataFrame) -> Estimate | None:
    return largest(100 * rows[(rows.variant == "floor") & (rows.metric == "headline")].value)


def unseen_flaws(rows: pd.DataFrame) -> Estimate | None:
    """How many flaws a measure misses that is named for them, counted for each flaw, measure and
    dimension."""
    must = rows[rows.metric == "must_see"]
    seen = rows[rows.metric == "sees"].set_index(["variant", "dim", "split"]).value
    named = must.set_index(["variant", "dim", "split"]).index
    missed = seen.reindex(named) != 1
    return Estimate(float(missed.sum()), np.nan, np.nan, len(named)) if len(named) else None


def _gradient_difference(rows: pd.DataFrame) -> Estimate | None:
    return largest(final_values(rows, metric="gradient_difference"))


def _job_minutes(rows: pd.DataFrame) -> Estimate:
    """CPU minutes of whole jobs, from their first import to the end."""
    seconds = final_values(rows, metric="job_cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


CLAIMS = (
    Claim(
        "true_samples_pass", 6, "uniformity",
        "True samples have a sliced Wasserstein distance below {:g} % in every dimension (largest)",
        "<", PERCENT, "%", _true_headline, "sets of samples", kind=VERIFICATION,
    ),
    Claim(
        "known_wrongs", 6, "uniformity",
        "Each known flaw is detected by every measure that is named for it (number of misses)",
        "≤", 0, "1", unseen_flaws, "flaws and measures", kind=VERIFICATION,
    ),
    Claim(
        "penalty_gradient", 6, "wgan_speed",
        "The closed-form gradient of the critic's loss agrees with automatic differentiation in "
        "float64 (largest difference)",
        "≤", 1e-10, "1", _gradient_difference, "dimensions", kind=VERIFICATION,
    ),
    *(
        claim
        for task, run, dim, share, words, seconds in (
            (6, "uniform5", 5, 100.0, "all runs", 1.0),
            (7, "uniform20", 20, 90.0, "at least {:g} % of the runs", 30.0),
        )
        for claim in (
            Claim(
                f"{run}_stays", task, "wgan",
                f"In {dim} dimensions, with noise of as many or more, {words} reach {PERCENT:g} % "
                "and stay there to the end",
                "≥", share, "%", _kept_accuracy(run), "runs", asked=True,
            ),
            Claim(
                f"{run}_final", task, "wgan",
                f"Fresh samples of the final generators in {dim} dimensions, with averaged "
                "weights, are below {:g} % (largest)",
                "<", PERCENT, "%", _final_headline(run), "runs",
            ),
            Claim(
                f"{run}_cost", task, "wgan wgan_speed",
                f"The median run in {dim} dimensions, with noise of as many, reaches {PERCENT:g} % "
                f"within {{:g}} CPU second{'s' * (seconds > 1)}, if several step together",
                "≤", seconds, "CPU s", _cost_to_accuracy(run), "runs", kind=COST,
            ),
        )
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
        "square_norm_reached", 8, "wgan",
        f"At least {{:g}} % of the runs of tasks 6 and 7, with noise of as many dimensions as the "
        f"data, reach {PERCENT:g} % in the distribution of |x|² (W₁ in units of its spread)",
        "≥", 50.0, "%", _square_norm_reached, "runs",
    ),
    Claim(
        "wgan_cost", 8, "uniformity wgan wgan_speed",
        "All jobs of tasks 6, 7 and 8 take at most {:g} CPU minutes",
        "≤", 12.0, "CPU min", _job_minutes, "jobs", kind=COST,
    ),
)  # fmt: skip
