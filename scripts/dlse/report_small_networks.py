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
from dlse.results.names import INITIALIZATION_NAMES, METHOD_NAMES, variant_name
from dlse.results.thresholds import PUBLISHED_COLLAPSE
from dlse.results.tuning import REGULARIZATION_FROM
from dlse.studies.dying_relu.networks import COLLAPSED
from dlse.studies.dying_relu.runge import RUNGE
from dlse.studies.initialization.networks import LEARNED, NEVER_LEARNS
from dlse.studies.regularization.networks import BETA2

OPTIMIZERS = ("sgd", "adam")  # of task 4
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
    _, truth = RUNGE.test()
    offsets = pd.concat([outcomes[v][outcomes[v].dead == 1].offset for v in learned])
    table = [
        {
            "name": names[v],
            **{m: percent(outcomes[v][m]) for m in ("born_dead", "collapsed", "good")},
            "median": 100 * outcomes[v].rel_l2.median(),
        }
        for v in (shown, *remedies)
    ]
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
        "width": int(network.width),
        "depth": int(network.depth),
        "points": RUNGE.points,
        "test_points": TEST_POINTS,
        "drawn": INITIALIZATION_NAMES[drawn["initialization"]]
        + (", no biases at first" if symmetric else ""),
        "collapse": 100 * COLLAPSED,
        "table": table,
        "constant_error": 100 * float((truth - truth.mean()).norm() / truth.norm()),
        "training_kills": bool(table[0]["collapsed"].low > table[0]["born_dead"].value),
        "dead": {
            "n": len(offsets),
            "offset": offsets.max(),
            "are_the_mean": bool(offsets.max() < 1e-3),
        } if len(offsets) else None,
        "birth": {
            "probability": 100 * here.born_dead_probability,
            "bounds": [100 * here.lower_bound, 100 * here.upper_bound],
        } if here is not None else None,
        "birth_networks": birth.networks.max(),
        "all_inside": outside is not None and outside.value == 0,
        "n_outside": outside.value if outside else 0,
        "n_birth": len(birth),
        "few": 100 * RESCUED,
        "rescued": [names[v] for v in rescued],
        "xavier_born_the_same": bool(
            (he.born_dead[same_seeds] == xavier.born_dead[same_seeds]).all()
        ) if pair else None,
        "residual": {
            "median": 100 * residual.rel_l2.median(),
            "alive_but_worse": bool(
                residual.collapsed.mean() < RESCUED
                and residual.rel_l2.median() > first.rel_l2.median()
            ),
        } if residual is not None else None,
        "shallow": {
            "good": 100 * shallow.good.mean(),
            "neurons": sizes.loc["depth_2"].prod(),
            "alive_but_coarse": bool(
                shallow.collapsed.mean() < 0.1 and shallow.good.mean() < first.good.mean()
            ),
        } if shallow is not None else None,
        "published": percent(published.collapsed) if published is not None else None,
        "reported": PUBLISHED_COLLAPSE,
        "seconds": select(rows, metric="cpu_seconds").sum(),
        "networks": sum(map(len, outcomes.values())),
    }  # fmt: skip


def regularization_facts(rows: pd.DataFrame, choice: pd.DataFrame) -> dict:
    """Task 3: of the methods that the config trains, what each does against none of them."""
    trained = dict.fromkeys(rows.variant)
    methods = [m for m in METHOD_NAMES if m in trained]
    errors = {m: regularized_errors(rows, m) for m in methods}
    chosen = choice[choice.chosen].groupby("method").first()
    found = {
        m: {
            **_errors(rows, m),
            "smooth": _smooth(rows, m),
            "mean_share": mean_share_below_5(rows, m).value,
            "chosen": chosen.loc[m, ["depth", "width", "steps", "strength"]].to_dict(),
        }
        for m in methods
    }
    peers = {v: _errors(rows, v) for v in trained if v not in METHOD_NAMES}
    none, dropout = found.get("none"), found.get("dropout")
    penalized = [m for m in methods if m != "none"]
    gains = {m: _gain(errors["none"], errors[m]) for m in penalized if none}
    line = rows[rows.variant == "linear interpolation"]
    squares = line[line.metric.isin(["rel_l2", "rel_l2_jump"])].pivot(
        index="seed", columns="metric", values="value"
    ) ** 2  # fmt: skip
    offered = choice.groupby("method").strength.agg(["min", "nunique"])
    ranges = [m for m in penalized if offered["nunique"][m] > 1]
    process, interpolation = (
        peers[v]["median"] for v in ("Gaussian process (Matérn ½)", "linear interpolation")
    )
    seeds, networks = next(iter(errors.values())).shape
    return {
        "tuned_from": REGULARIZATION_FROM,
        "tuned_apart": bool(max(rows.seed.max(), choice.noise_seed.max()) < REGULARIZATION_FROM),
        "beta2": BETA2,
        "points": OSCILLATORY.points,
        "sigma": OSCILLATORY.sigma,
        "test_points": TEST_POINTS,
        "seeds": seeds,
        "networks": networks,
        "methods": found,
        "peers": peers,
        "choosing_seeds": choice.noise_seed.nunique(),
        "folds": choice.fold.nunique(),
        "jump_share": 100 * (squares.rel_l2_jump / squares.rel_l2).median(),
        "gains": gains,  # over no regularization
        "dropout_helps": "dropout" in gains and bool(gains["dropout"].low > 0),
        "none_passes": bool(none and none["share"] >= 50),
        "penalties_smooth": {"none", "l1", "l2"} <= set(methods) and bool(
            max(found[m]["smooth"] for m in ("l1", "l2")) < none["smooth"]
        ),
        "dropout_gains_at_jump": "dropout" in gains and bool(
            dropout["jump"] < none["jump"]
            and none["jump"] ** 2 - dropout["jump"] ** 2
            > none["smooth"] ** 2 - dropout["smooth"] ** 2
        ),
        "averages": networks > 1,
        "averaging_helps": all(of["mean_share"] >= of["share"] for of in found.values()),
        "has_ranges": bool(ranges),
        "at_edge": [METHOD_NAMES[m] for m in ranges if chosen.strength[m] == offered["min"][m]],
        "process_is_interpolation": bool(abs(process - interpolation) < 0.1),
        "seconds": select(rows, metric="cpu_seconds").sum(),
        "choice_seconds": rows[
            (rows.metric == "cpu_seconds") & (rows.split == "choice")
        ].value.sum(),
    }  # fmt: skip


def _errors(rows: pd.DataFrame, variant: str) -> dict:
    """The test errors of single networks of one method, in percent."""
    of = rows[rows.variant == variant].groupby("metric").value
    single = 100 * of.get_group("rel_l2")
    return {
        "name": METHOD_NAMES.get(variant, variant),
        "median": single.median(),
        "range": list(single.quantile((0.05, 0.95))),
        "share": share_below_5(single),
        **{part: 100 * of.get_group(f"rel_l2_{part}").median()
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
        # Lowest and highest over the depths.
        "medians": {
            o: {f: [medians[o, f].min(), medians[o, f].max()] for f in ("he", "xavier")}
            for o in OPTIMIZERS
        } if compares else None,
        "he_below": compares and bool(sgd_ratios(rows).max() < 1),
        "adam_gap": [abs(gap) for gap in adam_gap],  # at the first and the last depth
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
        "seconds": select(rows, metric="cpu_seconds").sum(),
        "trained": len(trained[trained.metric == "test_rel_l2"]),
    }  # fmt: skip


def ensemble_facts(rows: pd.DataFrame) -> dict:
    """The ensembles against a loop."""
    table = []
    for (depth, width, points), group in rows.groupby(["depth", "width", "points"], sort=False):
        rate = group[group.metric == "networks_per_cpu_second"].set_index("variant").value
        ratio = group[group.metric == "ratio"].set_index("variant").value
        table.append(
            {
                "depth": depth,
                "width": width,
                "points": points,
                "ensemble": rate.ensemble,
                "loop": rate.loop,
                "ratio": ratio.loop,
                "fused_ratio": ratio.fused_loop,
            }
        )
    by_weights = sorted(table, key=lambda network: network["depth"] * network["width"] ** 2)
    small, large = by_weights[0], by_weights[-1]
    highest = max(network["ratio"] for network in table)
    return {
        "table": table,
        "members": int(rows.members.iloc[0]),
        "compares": len(table) > 1,
        "gain_falls": bool(small["ratio"] == highest > large["ratio"]),
        "small": small,
        "large": large,
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
