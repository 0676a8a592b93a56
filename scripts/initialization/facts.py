"""The facts of task 4 for the report."""

import operator

import pandas as pd

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.claims import final_values
from dlse.results.rows import rows_of
from dlse.studies.initialization.claims import (
    FAMILIES,
    OPTIMIZERS,
    REQUIRED,
    he_shares,
    median_error,
    seed_errors,
    slope_estimate,
)
from dlse.studies.initialization.measures import (
    DECAY,
    FIRST_STEPS,
    MOMENTUM,
    NEVER_LEARNS,
    WARMUP,
    family,
    reference_errors,
)

TUNED_FROM = 7000  # the first seed whose errors were in sight when width and steps were set


def facts(metrics: str, settings: dict) -> dict:
    """The moments and gradients before training, and the errors after it."""
    rows = rows_of(metrics, "initialization")
    trained = rows[rows.metric == "test_rel_l2"]
    names = list(dict.fromkeys(trained.variant))
    depths = sorted(int(d) for d in trained.depth.unique())
    cells = [
        median_error(seed_errors(rows, "test_rel_l2", optimizer, f"^{name}$", depth)).value
        for optimizer in OPTIMIZERS for name in names for depth in depths
    ]  # fmt: skip
    compares = {"he", "xavier"} <= set(map(family, names))
    return {
        "n": trained.seed.nunique(),
        "first_seed": int(trained.seed.min()),
        "width": int(trained.width.iloc[0]),
        "points": OSCILLATORY.points,
        "momentum": MOMENTUM,
        "warmup": 100 * WARMUP,
        "decay": 100 * DECAY,
        "depths": depths,
        "first_steps": min(FIRST_STEPS, settings["steps"]),
        "required": REQUIRED,
        "never": 100 * NEVER_LEARNS,
        "tuned_from": TUNED_FROM,
        "references": {name: 100 * error for name, error in reference_errors().items()},
        "table": [_of_initialization(rows, name, depths) for name in names],
        **_chosen(rows, depths),
        "cells": len(cells),
        "cells_below": sum(median < REQUIRED for median in cells),
        "some_approximate": min(cells) < REQUIRED,
        "lowest_cell": min(cells),
        "trained": len(trained),
        "passing": int((100 * trained.value < REQUIRED).sum()),
        "fall": _fall_at_the_end(rows),
        # For each optimizer: He's errors against Xavier's, in the beginning and at the end.
        "families": {
            of: {"first": _sides(rows, "first_rel_l2", of), "end": _sides(rows, "test_rel_l2", of)}
            for of in OPTIMIZERS
        } if compares else None,
        "uniform": {of: _uniform_against_normal(rows, names, of) for of in OPTIMIZERS},
        **_before_training(rows, names, depths, compares),
        "seconds": final_values(rows, metric="cpu_seconds").sum(),
    }  # fmt: skip


def _of_initialization(rows: pd.DataFrame, name: str, depths: list[int]) -> dict:
    """The row of one initialization in the table."""
    found = rows[rows.variant == name]
    norm = found[found.metric == "first_gradient_rms"].set_index("depth").value
    errors = {of: seed_errors(rows, "test_rel_l2", of, f"^{name}$") for of in OPTIMIZERS}
    never = found[found.metric == "never_learns"].groupby("optimizer").value.mean()
    return {
        "name": INITIALIZATION_NAMES[name],
        "slope": slope_estimate(found),
        "norm": norm.loc[depths[-1]] / norm.loc[depths[0]],
        "median": {of: median_error(of_all) for of, of_all in errors.items()},
        "share": {of: 100 * (of_all < REQUIRED).mean() for of, of_all in errors.items()},
        "never": {of: 100 * never[of] for of in OPTIMIZERS},
    }


def _chosen(rows: pd.DataFrame, depths: list[int]) -> dict:
    """The learning rates that were chosen for each family, and on what."""
    tried = rows[rows.metric == "choice_rel_l2"]
    chosen = rows[rows.metric == "chosen_rate"]
    rates = chosen.groupby(["optimizer", chosen.variant.map(family), "depth"]).value.first()
    names = list(dict.fromkeys(chosen.variant.map(family)))
    table, differing, at_edge = [], {}, 0
    for of, shown in OPTIMIZERS.items():
        grid = tried.learning_rate[tried.optimizer == of]
        for name in names:
            found = [rates[of, name, depth] for depth in depths]
            at_edge += sum(rate in (grid.min(), grid.max()) for rate in found)
            table.append({"optimizer": shown, "family": FAMILIES.get(name, name), "rates": found})
        if {"he", "xavier"} <= set(names):
            differing[of] = sum(rates[of, "he", d] != rates[of, "xavier", d] for d in depths)
    one = ["optimizer", "variant", "depth"]
    of_chosen = tried.merge(chosen[[*one, "value"]], on=one, suffixes=("", "_chosen"))
    of_chosen = of_chosen[of_chosen.learning_rate == of_chosen.value_chosen]
    judged = rows[rows.metric == "train_rel_l2"]
    return {
        "rates": table,
        # The mean training error at the chosen rates, on the seeds that chose and that judge.
        "chosen_error": 100 * of_chosen.value.clip(upper=1.0).mean(),
        "judged_error": 100 * judged.value.clip(upper=1.0).mean(),
        "rates_at_edge": at_edge,
        "rates_differing": differing or None,
        "rates_differ": any(differing.values()),
        "choosing_seeds": tried.seed.nunique(),
    }


def _fall_at_the_end(rows: pd.DataFrame) -> dict:
    """By how many percent the training error of the median network falls after the last recorded
    step within the first nine tenths: of all networks, and at most of those of one initialization,
    depth and optimizer."""
    curves = rows[(rows.metric == "rel_l2") & rows.step.notna()]
    last = curves.step.max()
    start = curves.step[curves.step <= 0.9 * last].max()
    one = ["optimizer", "variant", "depth", "seed"]
    before, after = (curves[curves.step == at].set_index(one).value for at in (start, last))
    fall = 100 * (1 - after / before)
    return {
        "from_step": int(start),
        "median": fall.median(),
        "largest": fall.groupby(level=one[:3]).median().max(),
    }


def _sides(rows: pd.DataFrame, metric: str, optimizer: str) -> dict:
    """The depths at which He's median is below Xavier's, above it, or not to be told from it, by
    the interval of its share of Xavier's; and both medians at the least and the greatest depth."""
    shares = he_shares(rows, metric, optimizer)
    below = [depth for depth, share in shares.items() if share.high < 100]
    above = [depth for depth, share in shares.items() if share.low > 100]
    return {
        "below": below,
        "above": above,
        "open": [depth for depth in shares if depth not in (*below, *above)],
        "at": [
            {
                "depth": depth,
                "share": shares[depth],
                **{
                    of: median_error(seed_errors(rows, metric, optimizer, f"^{of}_", depth)).value
                    for of in ("he", "xavier")
                },
            }
            for depth in (min(shares), max(shares))
        ],
    }  # fmt: skip


def _uniform_against_normal(rows: pd.DataFrame, names: list[str], optimizer: str) -> dict | None:
    """By how many points the test error of normal weights exceeds that of uniform ones, if both
    were trained for the same families: the median over pairs of one family, depth and seed. The
    errors of the families lie apart; a median of both together would lie in the gap."""
    normal, uniform = ({family(n) for n in names if n.endswith(of)} for of in ("normal", "uniform"))
    if not normal or normal != uniform:
        return None
    errors = [
        seed_errors(rows, "test_rel_l2", optimizer, f"_{of}$") for of in ("normal", "uniform")
    ]
    difference = median_error(operator.sub(*errors))
    return {
        "difference": difference,
        "differs": bool(difference.low > 0 or difference.high < 0),
    }


def _before_training(
    rows: pd.DataFrame, names: list[str], depths: list[int], compares: bool
) -> dict:
    """The first layer's gradient over depth, the gradients over the layers, and dead networks."""
    norms = rows[(rows.metric == "first_gradient_rms") & rows.variant.str.startswith("xavier")]
    norms = norms.pivot(index="variant", columns="depth", values="value")
    level = rows[(rows.metric == "gradient_rms") & (rows.depth == depths[-1]) & (rows.layer > 1)]
    spread = level.groupby("variant").value.agg(lambda values: values.max() / values.min())
    born = rows[rows.metric == "born_dead"].value
    vanishes = compares and (norms[depths[-1]] / norms[depths[0]]).max() < 0.25
    return {
        "gradient_theory": 2 ** (-(depths[-1] - depths[0]) / 2),
        "gradient_vanishes": bool(vanishes),
        "gradient_is_level": bool(spread.max() < 2),
        "gradient_spread": spread.max(),
        "none_dead": bool(born.max() == 0),
        "born_dead": 100 * born.max(),
    }
