"""The claims of task 3, and the estimates by which they are judged."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, final_values, percent
from dlse.results.estimates import Estimate, bootstrap_interval

REQUIRED = 5.0  # % relative L² test error: the assignment asks for less.


def regularized_errors(rows: pd.DataFrame, method: str, metric: str = "rel_l2") -> np.ndarray:
    """Errors in percent, `[noise seeds, networks]`; empty if the method was left out."""
    chosen = rows[(rows.variant == method) & (rows.metric == metric)]
    table = chosen.pivot(index="seed", columns="initialization_seed", values="value")
    return 100 * table.to_numpy()


def share_that_passes(errors: np.ndarray) -> float:
    """The share of `errors` (in percent) that are below `REQUIRED`, in percent."""
    return float(100 * np.mean(errors < REQUIRED))


def _of_errors(method: str, statistic: Callable) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        errors = regularized_errors(rows, method)
        return bootstrap_interval(errors, statistic) if errors.size else None

    return estimate


def share_of_means_that_pass(rows: pd.DataFrame, method: str) -> Estimate | None:
    """The share of noise seeds, in percent, for which the mean of the networks has an error below
    `REQUIRED`; None if the method was left out."""
    return percent(100 * final_values(rows, variant=method, metric="rel_l2_of_mean") < REQUIRED)


CLAIMS = (
    *(
        claim
        for method, name in (("l1", "L1"), ("l2", "L2"), ("dropout", "dropout"))
        for claim in (
            Claim(
                f"{method}_median", 3, "regularization",
                f"With {name}, the median test error is below the assignment's {{:g}} %",
                "<", REQUIRED, "%", _of_errors(method, np.median), "noise seeds", asked=True,
            ),
            Claim(
                f"{method}_share", 3, "regularization",
                f"With {name}, at least {{:g}} % of the networks have a test error below "
                f"{REQUIRED:g} %",
                "≥", 90.0, "%", _of_errors(method, share_that_passes), "noise seeds",
            ),
            Claim(
                f"{method}_mean_share", 3, "regularization",
                f"With {name}, the mean of a noise seed's networks is below {REQUIRED:g} % for at "
                "least {:g} % of the seeds",
                "≥", 97.0, "%", partial(share_of_means_that_pass, method=method), "noise seeds",
            ),
        )
    ),
    Claim(
        "dropout_median_4_1", 3, "regularization",
        "With dropout, the median test error is at most {:g} %",
        "≤", 4.1, "%", _of_errors("dropout", np.median), "noise seeds",
    ),
)  # fmt: skip
