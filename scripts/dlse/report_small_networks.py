"""What the report says about the ensembles of small networks, tasks 2 to 4."""

import numpy as np
import pandas as pd

from dlse.claims import (
    birth_table,
    mean_share_below_5,
    outside_bounds,
    regularized_errors,
    select,
    sgd_ratios,
    share_below_5,
)
from dlse.formatting import interval, interval_of, number
from dlse.names import INITIALIZATION_NAMES, METHOD_NAMES, VARIANT_NAMES
from dlse.runge import RUNGE
from dlse.stats import Estimate, bootstrap_interval, mean_interval, wilson_interval


def dying_relu_facts(rows: pd.DataFrame) -> dict:
    """Task 2."""
    trained = rows[rows.seed.notna() & (rows.variant != "birth")]
    variants = [v for v in dict.fromkeys(trained.variant) if v != "published"]
    outcomes = {v: _outcomes(trained, v) for v in dict.fromkeys(trained.variant)}
    first = outcomes[variants[0]]
    n = len(first)
    born, collapsed, good = (_percent(first[name]) for name in ("born_dead", "collapsed", "good"))
    _, truth = RUNGE.test()
    offsets = pd.concat([o[o.dead == 1].offset for v, o in outcomes.items() if v in variants])
    birth = birth_table(rows)
    size = tuple(trained[trained.variant == variants[0]].iloc[0][["width", "depth"]])
    here = birth.loc[size] if size in birth.index else None
    outside = outside_bounds(rows)
    rescued = [v for v in variants if outcomes[v].collapsed.mean() < 0.01]
    published = outcomes.get("published")
    xavier = outcomes.get("xavier_normal")
    same = None if xavier is None else first.born_dead.head(len(xavier)).mean()
    residual = outcomes.get("residual")
    shallow = outcomes.get("depth_2")
    return {
        "n": f"{n:,}",
        "born": number(born.value, 1),
        "born_interval": interval(born, 1),
        "collapsed": number(collapsed.value, 1),
        "collapsed_interval": interval(collapsed, 1),
        "good": number(good.value, 1),
        "median": number(100 * first.rel_l2.median(), 1),
        "constant_error": number(100 * float((truth - truth.mean()).norm() / truth.norm()), 1),
        "training_kills": bool(collapsed.low > born.value),
        "killed": number(collapsed.value - born.value, 1),
        "has_dead": bool(len(offsets)),
        "dead_are_the_mean": bool(offsets.max() < 1e-3),
        "offset": f"{offsets.max():.0e}" if len(offsets) else None,
        "n_dead": f"{len(offsets):,}",
        "has_birth": here is not None,
        "birth": number(100 * here.born_dead_probability, 1) if here is not None else None,
        "birth_n": f"{int(birth.networks.max()):,}",
        "bounds": interval_of(100 * here.lower_bound, 100 * here.upper_bound, 1)
        if here is not None else None,
        "all_inside": outside is not None and outside.value == 0,
        "n_outside": int(outside.value) if outside else 0,
        "n_birth": len(birth),
        "table": [
            {
                "name": VARIANT_NAMES.get(v, v),
                "n": f"{len(o):,}",
                "born": number(100 * o.born_dead.mean(), 1),
                "collapsed": number(100 * o.collapsed.mean(), 1),
                "collapsed_interval": interval(_percent(o.collapsed), 1),
                "good": number(100 * o.good.mean(), 1),
                "median": number(100 * o.rel_l2.median(), 1),
            }
            for v, o in outcomes.items() if v in variants
        ],
        "has_rescued": bool(rescued),
        "rescued": ", ".join(VARIANT_NAMES.get(v, v) for v in rescued),
        "has_xavier": xavier is not None,
        "xavier_born_the_same": xavier is not None and bool(same == xavier.born_dead.mean()),
        "has_residual": residual is not None,
        "residual_alive_but_worse": residual is not None and bool(
            residual.collapsed.mean() < 0.01 and residual.rel_l2.median() > first.rel_l2.median()
        ),
        "residual_median": number(100 * residual.rel_l2.median(), 1)
        if residual is not None else None,
        "has_shallow": shallow is not None,
        "shallow_alive_but_coarse": shallow is not None and bool(
            shallow.collapsed.mean() < 0.1 and shallow.good.mean() < first.good.mean()
        ),
        "shallow_good": number(100 * shallow.good.mean(), 1) if shallow is not None else None,
        "has_published": published is not None,
        "published": number(100 * published.collapsed.mean(), 1) if published is not None else None,
        "published_interval": interval(_percent(published.collapsed), 1)
        if published is not None else None,
        "published_n": f"{len(published):,}" if published is not None else None,
        "seconds": number(select(rows, metric="cpu_seconds").sum(), 0),
        "networks": f"{sum(map(len, outcomes.values())):,}",
    }  # fmt: skip


def regularization_facts(rows: pd.DataFrame, choice: pd.DataFrame) -> dict:
    """Task 3."""
    errors = {method: regularized_errors(rows, method) for method in METHOD_NAMES}
    chosen = choice[choice.chosen].groupby("method").first()
    table = []
    peers = [v for v in dict.fromkeys(rows.variant) if v not in METHOD_NAMES]
    for variant in (*METHOD_NAMES, *peers):
        single = 100 * rows[(rows.variant == variant) & (rows.metric == "rel_l2")].value
        parts = {
            part: number(
                100 * rows[(rows.variant == variant) & (rows.metric == f"rel_l2_{part}")].value
                .median(), 2,
            )
            for part in ("left", "jump", "right")
        }  # fmt: skip
        ours = variant in METHOD_NAMES
        best = chosen.loc[variant] if ours else None
        table.append(
            {
                "name": METHOD_NAMES.get(variant, variant),
                "strength": f"{best.strength:g}" if ours and variant != "none" else "–",
                "network": f"{best.depth} × {best.width}, {best.steps:,}" if ours else "–",
                "median": number(single.median(), 2),
                "range": interval_of(*single.quantile((0.05, 0.95)), 2),
                "share": number(share_below_5(single), 0),
                "mean_share": number(mean_share_below_5(rows, variant).value, 0) if ours else "–",
                **parts,
            }
        )
    gains = {m: _gain(errors["none"], errors[m]) for m in METHOD_NAMES if m != "none"}
    smooth = {m: _smooth(rows, m) for m in METHOD_NAMES}
    line = rows[rows.variant == "linear interpolation"]
    squares = line[line.metric.isin(["rel_l2", "rel_l2_jump"])].pivot(
        index="seed", columns="metric", values="value"
    ) ** 2  # fmt: skip
    single = {m: share_below_5(e) for m, e in errors.items()}
    means = {m: mean_share_below_5(rows, m).value for m in METHOD_NAMES}
    weakest = choice[choice.method != "none"].groupby("method").strength.min()
    at_edge = [
        METHOD_NAMES[m] for m in METHOD_NAMES if m != "none" if chosen.strength[m] == weakest[m]
    ]
    jump = {
        m: 100 * rows[(rows.variant == m) & (rows.metric == "rel_l2_jump")].value.median()
        for m in METHOD_NAMES
    }
    process = 100 * select(rows, variant="Gaussian process (Matérn ½)", metric="rel_l2")
    interpolation = 100 * select(line, metric="rel_l2")
    return {
        "seeds": errors["none"].shape[0],
        "networks": errors["none"].shape[1],
        "table": table,
        "choosing_seeds": choice.noise_seed.nunique(),
        "folds": choice.fold.nunique(),
        "interpolation": number(interpolation.median(), 2),
        "interpolation_share": number(share_below_5(interpolation), 0),
        "jump_share": number(100 * (squares.rel_l2_jump / squares.rel_l2).median(), 0),
        **{f"{m}_gain": number(abs(g.value), 2) for m, g in gains.items()},
        **{f"{m}_gain_interval": interval(g, 2) for m, g in gains.items()},
        **{f"{m}_helps": bool(g.low > 0) for m, g in gains.items()},
        **{f"{m}_harms": bool(g.high < 0) for m, g in gains.items()},
        "none_median": number(np.median(errors["none"]), 2),
        "none_share": number(single["none"], 0),
        "none_passes": bool(single["none"] >= 50),
        "penalties_smooth": bool(smooth["l2"] < smooth["none"] and smooth["l1"] < smooth["none"]),
        "none_smooth": number(smooth["none"], 2),
        "l1_smooth": number(smooth["l1"], 2),
        "l2_smooth": number(smooth["l2"], 2),
        "none_jump": number(jump["none"], 2),
        "l1_jump": number(jump["l1"], 2),
        "l2_jump": number(jump["l2"], 2),
        "dropout_jump": number(jump["dropout"], 2),
        "dropout_gains_at_jump": bool(
            jump["dropout"] < jump["none"]
            and jump["none"] ** 2 - jump["dropout"] ** 2
            > smooth["none"] ** 2 - smooth["dropout"] ** 2
        ),
        "averaging_helps": all(means[m] >= single[m] for m in METHOD_NAMES),
        "least_mean_share": number(min(means.values()), 0),
        "has_edge": bool(at_edge),
        "at_edge": ", ".join(at_edge),
        "process": number(process.median(), 2),
        "process_is_interpolation": bool(abs(process.median() - interpolation.median()) < 0.1),
        "seconds": number(select(rows, metric="cpu_seconds").sum(), 0),
        "choice_seconds": number(
            rows[(rows.metric == "cpu_seconds") & (rows.split == "choice")].value.sum(), 0
        ),
    }


def initialization_facts(rows: pd.DataFrame) -> dict:
    """Task 4."""
    trained = rows[rows.seed.notna() & rows.step.isna()]
    names = list(dict.fromkeys(trained.variant))
    families = {name.split("_")[0] for name in names}
    medians = 100 * trained[trained.metric == "train_rel_l2"].assign(
        family=lambda t: t.variant.str.split("_").str[0]
    ).groupby(["optimizer", "family", "depth"]).value.median()  # fmt: skip
    compares = {"he", "xavier"} <= families
    depths = sorted(int(d) for d in trained.depth.unique())
    slopes = {}
    norms = {}
    for name in names:
        of = rows[rows.variant == name]
        ends = [select(of, metric=f"second_moment_slope{e}").iloc[0] for e in ("", "_low", "_high")]
        slopes[name] = Estimate(*ends, 16)
        norm = of[of.metric == "first_gradient_rms"].set_index("depth").value
        norms[name] = norm.loc[depths[-1]] / norm.loc[depths[0]]
    level = rows[(rows.metric == "gradient_rms") & (rows.depth == depths[-1]) & (rows.layer > 1)]
    spread = level.groupby("variant").value.agg(lambda values: values.max() / values.min())
    never = trained[trained.metric == "never_learns"].groupby(["optimizer", "variant"]).value.mean()
    learn = trained[trained.metric == "steps_to_learn"]
    reached = np.isfinite(learn.value).groupby([learn.optimizer, learn.variant]).mean()
    ratios = sgd_ratios(rows) if compares else pd.Series([np.nan])
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
            "name": INITIALIZATION_NAMES.get(name, name),
            "slope": number(slopes[name].value, 3),
            "slope_interval": interval(slopes[name], 3),
            "norm": f"{norms[name]:.2g}",
            "sgd_reached": number(100 * reached["sgd", name], 0),
            "adam_reached": number(100 * reached["adam", name], 0),
            "sgd_never": number(100 * never["sgd", name], 1),
            "adam_never": number(100 * never["adam", name], 1),
        }
        for name in names
    ]
    adam_gap = {
        d: medians["adam", "he", d] - medians["adam", "xavier", d] for d in depths
    } if compares else dict.fromkeys(depths, np.nan)  # fmt: skip

    def over_depth(optimizer: str, family: str) -> str:
        if not compares:
            return "–"
        values = medians[optimizer, family]
        return interval_of(values.min(), values.max(), 1)

    born = rows[(rows.metric == "born_dead") & rows.seed.isna()].value
    return {
        "n": int(trained.seed.nunique()),
        "width": int(trained.width.iloc[0]),
        "depths": f"{depths[0]} to {depths[-1]}",
        "shallow": depths[0],
        "deep": depths[-1],
        "table": table,
        "he_below": compares and bool(ratios.max() < 1),
        "xavier_sgd": over_depth("sgd", "xavier"),
        "he_sgd": over_depth("sgd", "he"),
        "xavier_adam": over_depth("adam", "xavier"),
        "he_adam": over_depth("adam", "he"),
        "adam_shallow_gap": number(abs(adam_gap[depths[0]]), 1),
        "adam_deep_gap": number(abs(adam_gap[depths[-1]]), 1),
        "adam_gap_grows": bool(adam_gap[depths[-1]] < min(adam_gap[depths[0]], 0)),
        "gradient_theory": f"{2 ** (-(depths[-1] - depths[0]) / 2):.2g}",
        "gradient_vanishes": compares and bool(
            max(norms[name] for name in names if name.startswith("xavier")) < 0.25
        ),
        "gradient_is_level": bool(spread.max() < 2),
        "gradient_spread": number(spread.max(), 1),
        "has_uniform": uniform_gain is not None,
        "uniform_differs": uniform_gain is not None and bool(
            uniform_gain.low > 0 or uniform_gain.high < 0
        ),
        "uniform_gain": number(uniform_gain.value, 2) if uniform_gain else None,
        "uniform_interval": interval(uniform_gain, 2) if uniform_gain else None,
        "none_dead": bool(born.max() == 0),
        "born_dead": number(100 * born.max(), 2),
        "seconds": number(select(rows, metric="cpu_seconds").sum(), 0),
        "trained": f"{len(trained[trained.metric == 'test_rel_l2']):,}",
    }  # fmt: skip


def ensemble_facts(rows: pd.DataFrame) -> dict:
    """The ensembles against a loop."""
    table = []
    for (depth, width, points), group in rows.groupby(["depth", "width", "points"], sort=False):
        rate = group[group.metric == "networks_per_cpu_second"].set_index("variant").value
        ratio = group[group.metric == "ratio"].set_index("variant").value
        table.append(
            {
                "network": f"{depth:.0f} × {width:.0f}",
                "points": f"{points:.0f}",
                "ensemble": number(rate.ensemble, 0),
                "loop": number(rate.loop, 1),
                "ratio": number(ratio.loop, 1),
                "fused_ratio": number(ratio.fused_loop, 1),
            }
        )
    return {"table": table, "members": int(rows.members.iloc[0])}


def _outcomes(trained: pd.DataFrame, variant: str) -> pd.DataFrame:
    """A row a network, a column a metric."""
    chosen = trained[trained.variant == variant]
    return chosen.pivot(index="seed", columns="metric", values="value")


def _percent(flags: pd.Series) -> Estimate:
    share = wilson_interval(int(flags.sum()), len(flags))
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.n)


def _gain(before: np.ndarray, after: np.ndarray) -> Estimate:
    """The mean fall of the error, network by network of the same seeds."""
    return bootstrap_interval(before - after, np.mean)


def _smooth(rows: pd.DataFrame, method: str) -> float:
    """The median error, in percent, of what lies outside the cell of the jump."""
    squares = sum(
        rows[(rows.variant == method) & (rows.metric == f"rel_l2_{part}")]
        .set_index(["seed", "initialization_seed"]).value ** 2
        for part in ("left", "right")
    )  # fmt: skip
    return float(100 * np.sqrt(squares).median())
