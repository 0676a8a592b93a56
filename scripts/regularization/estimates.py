"""What is estimated from the errors of task 3: by variant, and against the equal network without
regularization. Errors are in percent, and every interval is over noise seeds."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.results.estimates import Estimate, bootstrap_interval

REQUIRED = 5.0  # % relative L² test error: the assignment asks for less.
SHIFT = 0.2  # of the cell, between its midpoint and the jump, in the claim about another place


def errors_of(rows: pd.DataFrame, variant: str, metric: str = "rel_l2") -> pd.DataFrame:
    """The errors of one variant, noise seed by network; empty if it was left out."""
    chosen = rows[(rows.variant == variant) & (rows.metric == metric)]
    return 100 * chosen.pivot(index="seed", columns="initialization_seed", values="value")


def share_that_passes(errors: np.ndarray) -> float:
    """The share of `errors` that are below `REQUIRED`, in percent."""
    return float(100 * np.mean(errors < REQUIRED))


def estimated(
    rows: pd.DataFrame, variant: str, statistic: Callable[[np.ndarray], float]
) -> Estimate | None:
    """`statistic` of the errors of one variant; None if it was left out."""
    errors = errors_of(rows, variant)
    return bootstrap_interval(errors, statistic) if errors.size else None


def unregularized(variant: str) -> str:
    """The variant with the recipe of `variant` and no regularization."""
    return f"none_{variant.split('_')[1]}"


def rise(rows: pd.DataFrame, variant: str, metric: str = "rel_l2") -> Estimate | None:
    """By how many points the mean error is above that of the same network on the same noise and
    seeds without regularization; None if one of them was left out."""
    errors, without = (errors_of(rows, v, metric) for v in (variant, unregularized(variant)))
    if not errors.size or not without.size:
        return None
    return bootstrap_interval(errors - without, np.mean)


def share_rise(rows: pd.DataFrame, variant: str) -> Estimate | None:
    """By how many points the share of networks that pass is above that of the same networks
    without regularization; None if one of them was left out."""
    errors, without = (errors_of(rows, v) for v in (variant, unregularized(variant)))
    if not errors.size or not without.size:
        return None
    passes = [(of < REQUIRED).astype(float) for of in (errors, without)]
    return bootstrap_interval(100 * (passes[0] - passes[1]), np.mean)


def mean_rise_in_cell(moved: pd.DataFrame, variant: str) -> Estimate | None:
    """The `rise`, as a mean over the places of the jump in its cell."""
    table = moved[moved.metric == "rel_l2"].pivot_table(
        index="seed", columns=["variant", "place", "initialization_seed"], values="value"
    )
    if not {variant, unregularized(variant)} <= set(table.columns.unique("variant")):
        return None
    return bootstrap_interval(100 * (table[variant] - table[unregularized(variant)]), np.mean)


def shifted_errors(moved: pd.DataFrame, variant: str, shift: float) -> np.ndarray:
    """The errors `[noise seeds, networks]` with the jump `shift` of its cell left and right of the
    midpoint."""
    away = (moved.place - 0.5).abs()
    chosen = moved[(moved.variant == variant) & np.isclose(away, shift)]
    columns = ["place", "initialization_seed"]
    return 100 * chosen.pivot(index="seed", columns=columns, values="value").to_numpy()


def lowest_shifted_median(moved: pd.DataFrame, variants: list[str], shift: float) -> Estimate:
    """The lowest of the variants' median errors with the jump `shift` of its cell away from the
    midpoint."""
    errors = np.stack([shifted_errors(moved, v, shift) for v in variants], axis=1)

    def lowest(values: np.ndarray) -> float:
        by_variant = values.reshape(-1, *errors.shape[1:])
        return float(np.median(by_variant, axis=(0, 2)).min())

    return bootstrap_interval(errors.reshape(len(errors), -1), lowest)
