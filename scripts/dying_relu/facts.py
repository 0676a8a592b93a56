"""The facts of task 2 for the report."""

import pandas as pd

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.networks.problems import TEST_POINTS
from dlse.results.claims import final_values, percent
from dlse.results.rows import rows_of
from dlse.studies.dying_relu.claims import (
    LARGEST_OFFSET,
    PUBLISHED_COLLAPSE,
    birth_table,
    killed_by_training,
    outcomes,
    outside_bounds,
    sizes,
)
from dlse.studies.dying_relu.names import variant_name
from dlse.studies.dying_relu.runge import COLLAPSED, GOOD, RUNGE

RESCUED = 1.0  # A remedy rescues if less than this percentage collapses, by the whole interval.


def facts(metrics: str, settings: dict) -> dict:
    """How often networks are born dead, how often they collapse, and what rescues them."""
    rows = rows_of(metrics, "dying_relu")
    about = sizes(rows)
    found = {v: outcomes(rows, v) for v in about.index}
    shown = settings["shown"]
    learned = [v for v in found if about.dataset[v] == "runge function"]
    remedies = [v for v in learned if v != shown]
    first, size = found[shown], tuple(about.loc[shown, ["width", "depth"]])
    _, truth = RUNGE.test()
    offsets = pd.concat([found[v][found[v].dead == 1].offset for v in learned])
    table = {
        v: {
            "name": variant_name(v, shown, about.width[v], about.depth[v]),
            **{m: percent(found[v][m]) for m in ("born_dead", "collapsed", "good")},
            "median": 100 * found[v].rel_l2.median(),
            **_alive(found[v]),
        }
        for v in (shown, *remedies)
    }
    birth = birth_table(rows)
    drawn = next(v for v in settings["variants"] if v["name"] == shown)
    symmetric = drawn["initialization"].startswith(("he_", "xavier_"))
    # The bounds hold for symmetric weights, no biases and ReLUs only.
    in_theory = symmetric and drawn["activation"] == "relu" and not drawn["residual"]
    here = birth.loc[size] if in_theory and size in birth.index else None
    outside = outside_bounds(rows)
    rescued = [table[v]["name"] for v in remedies if table[v]["collapsed"].high < RESCUED]
    born_dead = pd.concat([networks[networks.born_dead == 1] for networks in found.values()])
    published = found.get("published")
    return {
        "width": int(size[0]),
        "depth": int(size[1]),
        "points": RUNGE.points,
        "test_points": TEST_POINTS,
        "drawn": INITIALIZATION_NAMES[drawn["initialization"]]
        + (", no biases at first" if symmetric else ""),
        "collapse": 100 * COLLAPSED,
        "good": 100 * GOOD,
        "table": list(table.values()),
        "constant_error": 100 * float((truth - truth.mean()).norm() / truth.norm()),
        "killed_by_training": killed_by_training(first),
        "born_dead": {"n": len(born_dead), "revived": int((born_dead.dead == 0).sum())},
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
        "few": RESCUED,
        "rescued": rescued,
        "best": max(table.values(), key=lambda row: row["good"].value),
        "published": percent(published.collapsed) if published is not None else None,
        "reported": PUBLISHED_COLLAPSE,
        "seconds": final_values(rows, metric="cpu_seconds").sum(),
        "networks": sum(map(len, found.values())),
    }  # fmt: skip


def _alive(networks: pd.DataFrame) -> dict:
    """The share of good networks and the median error, in percent, among those that have not
    collapsed."""
    alive = networks[networks.collapsed == 0]
    return {"alive_good": percent(alive.good), "alive_median": 100 * alive.rel_l2.median()}
