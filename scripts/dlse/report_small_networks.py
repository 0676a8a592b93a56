"""What the report says about the ensembles of small networks, tasks 2 to 4."""

import numpy as np
import pandas as pd

from dlse.networks.ensemble_training import Schedule
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import TEST_POINTS
from dlse.results.claims import (
    birth_table,
    mean_share_below_5,
    outside_bounds,
    percent,
    regularized_errors,
    select,
    sgd_ratios,
    share_below_5,
    slope_estimate,
)
from dlse.results.estimates import Estimate, bootstrap_interval, mean_interval
from dlse.results.formatting import interval, interval_of, number, significant
from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.results.names import METHOD_NAMES, variant_name
from dlse.results.thresholds import PUBLISHED_COLLAPSE
from dlse.results.tuning import REGULARIZATION_FROM
from dlse.studies.dying_relu.networks import COLLAPSED
from dlse.studies.dying_relu.runge import RUNGE
from dlse.studies.initialization.networks import LEARNED, NEVER_LEARNS
from dlse.studies.regularization.networks import BETA2

RESCUED = 0.01  # a remedy rescues where less than this share of the networks collapses


def dying_relu_facts(rows: pd.DataFrame, settings: dict) -> dict:
    """Task 2; `settings` is the config's section."""
    trained = rows[rows.seed.notna() & (rows.variant != "birth")]
    outcomes = {v: _outcomes(trained, v) for v in dict.fromkeys(trained.variant)}
    sizes = trained.groupby("variant")[["width", "depth"]].first().astype(int)
    shown = settings["shown"]
    learned = dict.fromkeys(trained[trained.dataset == "runge function"].variant)
    remedies = [v for v in learned if v != shown]
    names = {v: variant_name(v, shown, *sizes.loc[v]) for v in outcomes}
    first, network = outcomes[shown], sizes.loc[shown]
    born, collapsed, good = (percent(first[name]) for name in ("born_dead", "collapsed", "good"))
    _, truth = RUNGE.test()
    offsets = pd.concat([outcomes[v][outcomes[v].dead == 1].offset for v in learned])
    birth = birth_table(rows)
    drawn = next(v for v in settings["variants"] if v["name"] == shown)
    symmetric = drawn["initialization"].startswith(("he_", "xavier_"))
    # What theory speaks of: symmetric weights, no biases, nothing but ReLUs.
    in_theory = symmetric and drawn["activation"] == "relu" and not drawn["residual"]
    here = birth.loc[tuple(network)] if in_theory and tuple(network) in birth.index else None
    outside = outside_bounds(rows)
    rescued = [v for v in remedies if outcomes[v].collapsed.mean() < RESCUED]
    published = outcomes.get("published")
    he, xavier = outcomes.get("he_normal"), outcomes.get("xavier_normal")
    pair = he is not None and xavier is not None and bool(
        (sizes.loc["he_normal"] == sizes.loc["xavier_normal"]).all()
    )  # fmt: skip
    same_seeds = he.index.intersection(xavier.index) if pair else []
    residual = outcomes.get("residual") if "residual" in remedies else None
    shallow = outcomes.get("depth_2") if "depth_2" in remedies else None
    return {
        "n": f"{len(first):,}",
        "width": int(network.width),
        "depth": int(network.depth),
        "points": RUNGE.points,
        "test_points": f"{TEST_POINTS:,}",
        "drawn": INITIALIZATION_NAMES[drawn["initialization"]]
        + (", no biases at first" if symmetric else ""),
        "collapse": f"{100 * COLLAPSED:g}",
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
                "name": names[v],
                "n": f"{len(o):,}",
                "born": number(100 * o.born_dead.mean(), 1),
                "collapsed": number(100 * o.collapsed.mean(), 1),
                "collapsed_interval": interval(percent(o.collapsed), 1),
                "good": number(100 * o.good.mean(), 1),
                "median": number(100 * o.rel_l2.median(), 1),
            }
            for v, o in ((v, outcomes[v]) for v in (shown, *remedies))
        ],
        "has_remedies": bool(remedies),
        "few": f"{100 * RESCUED:g}",
        "has_rescued": bool(rescued),
        "rescued": ", ".join(names[v] for v in rescued),
        "has_xavier": pair,
        "xavier_born_the_same": pair and bool(
            (he.born_dead[same_seeds] == xavier.born_dead[same_seeds]).all()
        ),
        "has_residual": residual is not None,
        "residual_alive_but_worse": residual is not None and bool(
            residual.collapsed.mean() < RESCUED and residual.rel_l2.median() > first.rel_l2.median()
        ),
        "residual_median": number(100 * residual.rel_l2.median(), 1)
        if residual is not None else None,
        "has_shallow": shallow is not None,
        "shallow_alive_but_coarse": shallow is not None and bool(
            shallow.collapsed.mean() < 0.1 and shallow.good.mean() < first.good.mean()
        ),
        "shallow_good": number(100 * shallow.good.mean(), 1) if shallow is not None else None,
        "shallow_neurons": int(sizes.loc["depth_2"].prod()) if shallow is not None else None,
        "has_published": published is not None,
        "published": number(100 * published.collapsed.mean(), 1) if published is not None else None,
        "published_interval": interval(percent(published.collapsed), 1)
        if published is not None else None,
        "published_n": f"{len(published):,}" if published is not None else None,
        "reported": f"{PUBLISHED_COLLAPSE:g}",
        "seconds": number(select(rows, metric="cpu_seconds").sum(), 0),
        "networks": f"{sum(map(len, outcomes.values())):,}",
    }  # fmt: skip


def regularization_facts(rows: pd.DataFrame, choice: pd.DataFrame) -> dict:
    """Task 3: of the methods that the config trains, what each does against none of them."""
    trained = set(rows.variant)
    methods = [m for m in METHOD_NAMES if m in trained]
    penalized = [m for m in methods if m != "none"]
    errors = {m: regularized_errors(rows, m) for m in methods}
    medians = {m: float(np.median(of)) for m, of in errors.items()}
    chosen = choice[choice.chosen].groupby("method").first()
    gains = {m: _gain(errors["none"], errors[m]) for m in penalized if "none" in methods}
    smooth = {m: _smooth(rows, m) for m in methods}
    jump = {
        m: 100 * rows[(rows.variant == m) & (rows.metric == "rel_l2_jump")].value.median()
        for m in methods
    }
    line = rows[rows.variant == "linear interpolation"]
    squares = line[line.metric.isin(["rel_l2", "rel_l2_jump"])].pivot(
        index="seed", columns="metric", values="value"
    ) ** 2  # fmt: skip
    single = {m: share_below_5(of) for m, of in errors.items()}
    means = {m: mean_share_below_5(rows, m).value for m in methods}
    offered = choice.groupby("method").strength.agg(["min", "nunique"])
    ranges = [m for m in penalized if offered["nunique"][m] > 1]
    at_edge = [METHOD_NAMES[m] for m in ranges if chosen.strength[m] == offered["min"][m]]
    process = 100 * select(rows, variant="Gaussian process (Matérn ½)", metric="rel_l2")
    interpolation = 100 * select(line, metric="rel_l2")
    seeds, networks = next(iter(errors.values())).shape
    penalties = {"none", "l1", "l2"} <= set(methods)

    def gain(method: str) -> dict:
        of = gains.get(method, Estimate(np.nan, np.nan, np.nan, 0))
        return {
            f"{method}_gain": number(abs(of.value), 2),
            f"{method}_gain_interval": interval(of, 2),
            f"{method}_does": "lowers the error" if of.low > 0
            else "raises the error" if of.high < 0
            else "makes no difference that these seeds can tell",
        }  # fmt: skip

    return {
        "tuned_from": REGULARIZATION_FROM,
        "tuned_apart": bool(max(rows.seed.max(), choice.noise_seed.max()) < REGULARIZATION_FROM),
        "beta2": BETA2,
        "points": OSCILLATORY.points,
        "sigma": f"{OSCILLATORY.sigma:g}",
        "test_points": f"{TEST_POINTS:,}",
        "seeds": seeds,
        "networks": networks,
        "table": [
            _method_row(rows, v, chosen.loc[v] if v in methods else None)
            for v in (*methods, *(v for v in dict.fromkeys(rows.variant) if v not in METHOD_NAMES))
        ],
        "medians": [
            *({"method": f"with {METHOD_NAMES[m]}", "median": number(medians[m], 2)}
              for m in penalized),
            *({"method": "without regularization", "median": number(medians[m], 2)}
              for m in methods if m == "none"),
        ],
        "choosing_seeds": choice.noise_seed.nunique(),
        "folds": choice.fold.nunique(),
        "interpolation": number(interpolation.median(), 2),
        "interpolation_share": number(share_below_5(interpolation), 0),
        "jump_share": number(100 * (squares.rel_l2_jump / squares.rel_l2).median(), 0),
        "compared": list(gains),  # with no regularization
        "dropout_helps": "dropout" in gains and bool(gains["dropout"].low > 0),
        **{name: value for m in ("l1", "l2", "dropout") for name, value in gain(m).items()},
        "has_none": "none" in methods,
        "none_median": number(medians.get("none", np.nan), 2),
        "none_share": number(single.get("none", np.nan), 0),
        "none_passes": bool(single.get("none", 0) >= 50),
        "penalties_smooth": penalties and bool(
            smooth["l2"] < smooth["none"] and smooth["l1"] < smooth["none"]
        ),
        **{f"{m}_smooth": number(smooth.get(m, np.nan), 2) for m in ("none", "l1", "l2")},
        **{f"{m}_jump": number(jump.get(m, np.nan), 2) for m in METHOD_NAMES},
        "dropout_gains_at_jump": "dropout" in gains and bool(
            jump["dropout"] < jump["none"]
            and jump["none"] ** 2 - jump["dropout"] ** 2
            > smooth["none"] ** 2 - smooth["dropout"] ** 2
        ),
        "averages": networks > 1,
        "averaging_helps": all(means[m] >= single[m] for m in methods),
        "least_mean_share": number(min(means.values()), 0),
        "has_ranges": bool(ranges),
        "has_edge": bool(at_edge),
        "at_edge": " and ".join(at_edge),
        "process": number(process.median(), 2),
        "process_is_interpolation": bool(abs(process.median() - interpolation.median()) < 0.1),
        "seconds": number(select(rows, metric="cpu_seconds").sum(), 0),
        "choice_seconds": number(
            rows[(rows.metric == "cpu_seconds") & (rows.split == "choice")].value.sum(), 0
        ),
    }  # fmt: skip


def _method_row(rows: pd.DataFrame, variant: str, chosen: pd.Series | None) -> dict:
    """The test errors of one method; `chosen` by held-out points, or None for a peer."""
    of = rows[rows.variant == variant].groupby("metric").value
    single = 100 * of.get_group("rel_l2")
    known = chosen is not None
    return {
        "name": METHOD_NAMES.get(variant, variant),
        "strength": f"{chosen.strength:g}" if known and variant != "none" else "–",
        "network": f"{chosen.depth} × {chosen.width}, {chosen.steps:,}" if known else "–",
        "median": number(single.median(), 2),
        "range": interval_of(*single.quantile((0.05, 0.95)), 2),
        "share": number(share_below_5(single), 0),
        "mean_share": number(mean_share_below_5(rows, variant).value, 0) if known else "–",
        **{part: number(100 * of.get_group(f"rel_l2_{part}").median(), 2)
           for part in ("left", "jump", "right")},
    }  # fmt: skip


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
    slopes, norms = {}, {}
    for name in names:
        of = rows[rows.variant == name]
        slopes[name] = slope_estimate(of)
        norm = of[of.metric == "first_gradient_rms"].set_index("depth").value
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
            "slope": number(slopes[name].value, 3),
            "slope_interval": interval(slopes[name], 3),
            "norm": significant(norms[name], 2),
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
        "points": OSCILLATORY.points,
        "momentum": Schedule(1).momentum,
        "depths": f"{depths[0]} to {depths[-1]}" if len(depths) > 2 else " and ".join(
            map(str, depths)
        ),
        "shallow": depths[0],
        "deep": depths[-1],
        "names": [INITIALIZATION_NAMES[name] for name in names],
        "learned": f"{100 * LEARNED:g}",
        "never": f"{100 * NEVER_LEARNS:g}",
        "table": table,
        "compared": ["He", "Xavier"] if compares else [],
        "he_below": compares and bool(sgd_ratios(rows).max() < 1),
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
    # The gain by the number of weights, the smallest network first.
    ratios = rows[(rows.metric == "ratio") & (rows.variant == "loop")]
    ratios = ratios.iloc[(ratios.depth * ratios.width**2).argsort()]
    small, large = ratios.iloc[0], ratios.iloc[-1]
    return {
        "table": table,
        "members": int(rows.members.iloc[0]),
        "compares": len(ratios) > 1,
        "gain_falls": bool(small.value == ratios.value.max() > large.value),
        "small": f"{small.depth:.0f} × {small.width:.0f}",
        "small_ratio": number(small.value, 1),
        "large": f"{large.depth:.0f} × {large.width:.0f}",
        "large_ratio": number(large.value, 1),
    }


def _outcomes(trained: pd.DataFrame, variant: str) -> pd.DataFrame:
    """A row a network, a column a metric."""
    chosen = trained[trained.variant == variant]
    return chosen.pivot(index="seed", columns="metric", values="value")


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
