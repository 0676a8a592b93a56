"""The facts of task 2 for the report."""

import pandas as pd

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.networks.problems import TEST_POINTS
from dlse.results.claims import final_values, percent
from dlse.results.estimates import Estimate, bootstrap_interval
from dlse.results.rows import rows_of
from dlse.studies.dying_relu.claims import (
    BIRTH,
    LARGEST_OFFSET,
    PUBLISHED_COLLAPSE,
    birth_table,
    difference,
    killed_by_training,
    outside_bounds,
)
from dlse.studies.dying_relu.names import variant_name
from dlse.studies.dying_relu.networks import COLLAPSED, GOOD
from dlse.studies.dying_relu.outcomes import read_variants
from dlse.studies.dying_relu.runge import RUNGE

RESCUED = 1.0  # A remedy rescues if less than so many percent collapse, by the whole interval.


def facts(metrics: str, settings: dict) -> dict:
    """How often networks are born dead, how often they collapse, and what rescues them."""
    rows = rows_of(metrics, "dying_relu", f"{BIRTH} cpu_seconds")
    variants = read_variants(metrics)
    found = {v: of.networks for v, of in variants.items()}
    sizes = pd.DataFrame(
        {"width": [of.width for of in variants.values()],
         "depth": [of.depth for of in variants.values()]}, index=list(variants),
    )  # fmt: skip
    shown = settings["shown"]
    learned = [v for v, of in variants.items() if of.dataset == "runge function"]
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
            **_alive(found[v]),
        }
        for v in (shown, *remedies)
    ]
    of = dict(zip((shown, *remedies), table, strict=True))
    birth = birth_table(rows)
    drawn = next(v for v in settings["variants"] if v["name"] == shown)
    symmetric = drawn["initialization"].startswith(("he_", "xavier_"))
    # The bounds hold for symmetric weights, no biases and ReLUs only.
    in_theory = symmetric and drawn["activation"] == "relu" and not drawn["residual"]
    here = birth.loc[tuple(network)] if in_theory and tuple(network) in birth.index else None
    outside = outside_bounds(rows)
    rescued = [v for v in remedies if of[v]["collapsed"].high < RESCUED]
    shallower = [
        v for v in remedies if v in ("depth_2", "depth_4") and network.depth > sizes.depth[v]
    ]
    born_dead = pd.concat([networks[networks.born_dead == 1] for networks in found.values()])
    published = found.get("published")
    pair = {"he_normal", "xavier_normal"} <= of.keys() and bool(
        (sizes.loc["he_normal"] == sizes.loc["xavier_normal"]).all()
    )
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
        "rescued": [names[v] for v in rescued],
        "best": max(table, key=lambda row: row["good"].value),
        "xavier": _compared(of["xavier_normal"], of["he_normal"]) if pair else None,
        "residual": {
            **_compared(of["residual"], table[0]),
            "growth": _growth(found["residual"], int(sizes.depth["residual"])),
            "growth_without": _growth(first, int(network.depth)),
            "start": 100 * found["residual"].first_rel_l2.median(),
            "start_without": 100 * first.first_rel_l2.median(),
        } if "residual" in remedies else None,
        "shallower": [
            {"depth": sizes.depth[v], **_compared(of[v], table[0])} for v in shallower
        ],
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


def _compared(row: dict, other: dict) -> dict:
    """Two rows of the table: what they say, and by how many percentage points the shares of the
    first are larger."""
    shares = ("collapsed", "good", "alive_good")
    return {
        "row": row,
        "other": other,
        "more": {share: difference(row[share], other[share]) for share in shares},
    }


def _growth(networks: pd.DataFrame, depth: int) -> Estimate | None:
    """The factor by which the mean square of the values grows from one hidden layer to the next
    before training, over all networks; None for a single layer."""
    if depth < 2:
        return None
    squares = networks[["last_square", "first_square"]].to_numpy()

    def factor(values) -> float:
        last, first = values.reshape(-1, 2).mean(0)
        return float((last / first) ** (1 / (depth - 1)))

    return bootstrap_interval(squares, factor)
