"""The facts of task 4 for the report."""

import numpy as np
import pandas as pd

from dlse.networks.ensemble_training import Schedule
from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.claims import final_values
from dlse.results.estimates import mean_interval
from dlse.studies.initialization.claims import sgd_ratios, slope_estimate
from dlse.studies.initialization.networks import LEARNED, NEVER_LEARNS

OPTIMIZERS = ("sgd", "adam")


def facts(metrics: pd.DataFrame, settings: dict) -> dict:
    """The moments and gradients before training, and the errors after it."""
    rows = metrics[metrics.study == "initialization"]
    trained = rows[rows.seed.notna() & rows.step.isna()]
    names = list(dict.fromkeys(trained.variant))
    families = {name.split("_")[0] for name in names}
    medians = 100 * trained[trained.metric == "train_rel_l2"].assign(
        family=lambda t: t.variant.str.split("_").str[0]
    ).groupby(["optimizer", "family", "depth"]).value.median()  # fmt: skip
    compares = {"he", "xavier"} <= families
    depths = sorted(int(d) for d in trained.depth.unique())
    slopes, norms = {}, {}
    for name in names:
        found = rows[rows.variant == name]
        slopes[name] = slope_estimate(found)
        norm = found[found.metric == "first_gradient_rms"].set_index("depth").value
        norms[name] = norm.loc[depths[-1]] / norm.loc[depths[0]]
    level = rows[(rows.metric == "gradient_rms") & (rows.depth == depths[-1]) & (rows.layer > 1)]
    spread = level.groupby("variant").value.agg(lambda values: values.max() / values.min())
    never = trained[trained.metric == "never_learns"].groupby(["optimizer", "variant"]).value.mean()
    learn = trained[trained.metric == "steps_to_learn"]
    reached = np.isfinite(learn.value).groupby([learn.optimizer, learn.variant]).mean()
    pairs = trained[trained.metric == "test_rel_l2"].pivot_table(
        index=["optimizer", "depth", "seed"], columns="variant", values="value"
    )
    uniform_gain = None
    if {"he_normal", "he_uniform", "xavier_normal", "xavier_uniform"} <= set(names):
        gain = 100 * (pairs.he_normal + pairs.xavier_normal - pairs.he_uniform
                      - pairs.xavier_uniform).dropna() / 2  # fmt: skip
        uniform_gain = mean_interval(gain)
    table = [
        {
            "name": INITIALIZATION_NAMES[name],
            "slope": slopes[name],
            "norm": norms[name],
            "reached": {o: 100 * reached[o, name] for o in OPTIMIZERS},
            "never": {o: 100 * never[o, name] for o in OPTIMIZERS},
        }
        for name in names
    ]
    adam_gap = [
        medians["adam", "he", d] - medians["adam", "xavier", d] if compares else np.nan
        for d in (depths[0], depths[-1])
    ]
    born = rows[(rows.metric == "born_dead") & rows.seed.isna()].value
    return {
        "n": trained.seed.nunique(),
        "width": int(trained.width.iloc[0]),
        "points": OSCILLATORY.points,
        "momentum": Schedule(1).momentum,
        "depths": depths,
        "learned": 100 * LEARNED,
        "never": 100 * NEVER_LEARNS,
        "table": table,
        # The lowest and the highest over the depths.
        "medians": {
            o: {f: [medians[o, f].min(), medians[o, f].max()] for f in ("he", "xavier")}
            for o in OPTIMIZERS
        } if compares else None,
        "he_below": compares and bool(sgd_ratios(rows).max() < 1),
        "adam_gap": [abs(gap) for gap in adam_gap],  # at the least and the greatest depth
        "adam_gap_grows": bool(adam_gap[1] < min(adam_gap[0], 0)),
        "gradient_theory": 2 ** (-(depths[-1] - depths[0]) / 2),
        "gradient_vanishes": compares and bool(
            max(norms[name] for name in names if name.startswith("xavier")) < 0.25
        ),
        "gradient_is_level": bool(spread.max() < 2),
        "gradient_spread": spread.max(),
        "uniform_gain": uniform_gain,
        "uniform_differs": uniform_gain and bool(uniform_gain.low > 0 or uniform_gain.high < 0),
        "none_dead": bool(born.max() == 0),
        "born_dead": 100 * born.max(),
        "seconds": final_values(rows, metric="cpu_seconds").sum(),
        "trained": len(trained[trained.metric == "test_rel_l2"]),
    }  # fmt: skip
