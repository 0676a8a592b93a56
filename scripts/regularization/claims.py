"""The claims of task 3, and the estimates that they are judged by."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.claims import Claim, percent, select
from dlse.results.estimates import Estimate, bootstrap_interval


def regularized_errors(rows: pd.DataFrame, method: str, metric: str = "rel_l2") -> np.ndarray:
    """Errors in percent, `[noise seeds, networks]`; empty where the method was left out."""
    chosen = rows[(rows.variant == method) & (rows.metric == metric)]
    table = chosen.pivot(index="seed", columns="initialization_seed", values="value")
    return 100 * table.to_numpy()


def share_below_5(errors: np.ndarray) -> float:
    """The share of errors (in percent) that are below 5 %, in percent."""
    return float(100 * np.mean(errors < 5))


def _of_errors(method: str, statistic: Callable) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        errors = regularized_errors(rows, method)
        return bootstrap_interval(errors, statistic) if errors.size else None

    return estimate


def mean_share_below_5(rows: pd.DataFrame, method: str) -> Estimate | None:
    """How many noise seeds, in percent, are below 5 % by the mean of their networks; None where
    the method was left out."""
    return percent(100 * select(rows, variant=method, metric="rel_l2_of_mean") < 5)


def _mean_share_below_5(method: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: mean_share_below_5(rows, method)


CLAIMS = (
    *(
        claim
        for method, name in (("l1", "L1"), ("l2", "L2"), ("dropout", "dropout"))
        for claim in (
            Claim(
                f"{method}_median", 3, "regularization",
                f"With {name}, the median test error is below the assignment's {{:g}} %",
                "<", 5.0, "%", _of_errors(method, np.median),
            ),
            Claim(
                f"{method}_share", 3, "regularization",
                f"With {name}, at least {{:g}} % of the networks have a test error below 5 %",
                "≥", 90.0, "%", _of_errors(method, share_below_5),
            ),
            Claim(
                f"{method}_mean_share", 3, "regularization",
                f"With {name}, the mean of a noise seed's networks is below 5 % for at least "
                "{:g} % of the seeds",
                "≥", 97.0, "%", _mean_share_below_5(method),
            ),
        )
    ),
    Claim(
        "dropout_median_4_1", 3, "regularization",
        "With dropout, the median test error is at most {:g} %",
        "≤", 4.1, "%", _of_errors("dropout", np.median),
    ),
)  # fmt: skip
