"""The facts of task 2 for the report."""

import pandas as pd

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.networks.problems import TEST_POINTS
from dlse.results.claims import final_values, percent
from dlse.studies.dying_relu.claims import (
    LARGEST_OFFSET,
    PUBLISHED_COLLAPSE,
    birth_table,
    outcomes,
    outside_bounds,
)
from dlse.studies.dying_relu.names import variant_name
from dlse.studies.dying_relu.networks import COLLAPSED, GOOD
from dlse.studies.dying_relu.runge import RUNGE

RESCUED = 0.01  # A remedy rescues if less than this share of its networks collapses.


def facts(metrics: pd.DataFrame, settings: dict) -> dict:
    """How often networks are born dead, how often they collapse, and what rescues them."""
    rows = metrics[metrics.study == "dying_relu"]
    trained = rows[rows.seed.notna() & (rows.variant != "birth")]
    found = {v: outcomes(trained, v) for v in dict.fromkeys(trained.variant)}
    sizes = trained.groupby("variant")[["width", "depth"]].first().astype(int)
    shown = settings["shown"]
    learned = dict.fromkeys(trained[trained.dataset == "runge function"].variant)
    remedies = [v for v in learned if v != shown]
    names = {v: variant_name(v, shown, *sizes.loc[v]) for v in found}
    first, network = found[shown], sizes.loc[shown]
    _, truth = RUNGE.test()
    offsets = pd.concat([found[v][found[v].dead == 1].offset for v in learned])
    table = [
        {
            "name": names[v],
            **{m: percent(found[v][m]) for m in ("born_dead", "collapsed", "good")},
            "median": 100 * found[v].rel_l2.median(),
        }
        for v in (shown, *remedies)
    ]
    birth = birth_table(rows)
    drawn = next(v for v in settings["variants"] if v["name"] == shown)
    symmetric = drawn["initialization"].startswith(("he_", "xavier_"))
    # The bounds hold for symmetric weights, no biases and ReLUs only.
    in_theory = symmetric and drawn["activation"] == "relu" and not drawn["residual"]
    here = birth.loc[tuple(network)] if in_theory and tuple(network) in birth.index else None
    outside = outside_bounds(rows)
    rescued = [v for v in remedies if found[v].collapsed.mean() < RESCUED]
    published = found.get("published")
    he, xavier = found.get("he_normal"), found.get("xavier_normal")
    pair = he is not None and xavier is not None and bool(
        (sizes.loc["he_normal"] == sizes.loc["xavier_normal"]).all()
    )  # fmt: skip
    same_seeds = he.index.intersection(xavier.index) if pair else []
    residual = found.get("residual") if "residual" in remedies else None
    shallow = found.get("depth_2") if "depth_2" in remedies else None
    return {
        "width": int(network.width),
        "depth": int(network.depth),
        "points": RUNGE.points,
        "test_points": TEST_POINTS,
        "drawn": INITIALIZATION_NAMES[drawn["initialization"]]
        + (", no biases at first" if symmetric else ""),
        "collapse": 100 * COLLAPSED,
        "good": 100 * GOOD,
        "table": table,
        "constant_error": 100 * float((truth - truth.mean()).norm() / truth.norm()),
        "training_kills": bool(table[0]["collapsed"].low > table[0]["born_dead"].value),
        "dead": {
            "n": len(offsets),
            "offset": offsets.max(),
            "are_the_mean": bool(offsets.max() <= LARGEST_OFFSET),
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
        "seconds": final_values(rows, metric="cpu_seconds").sum(),
        "networks": sum(map(len, found.values())),
    }  # fmt: skip
