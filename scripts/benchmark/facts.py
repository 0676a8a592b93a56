"""What the report says about speed: ours beside peers, how cost grows, and the whole workflow."""

import math

import numpy as np
import pandas as pd
from dlse.studies.benchmark.growth import Growth, growth_curves

from dlse.results.formatting import NO_BREAK, number
from dlse.results.labels import display_name
from dlse.results.names import GROWTH_NAMES, LINE_NAMES
from dlse.results.timing import SIDE, ratios_table


def speed_facts(benchmark: pd.DataFrame | None, cpu: str | None) -> dict:
    """The three tables, and what their texts name; of None, that nothing is measured."""
    if benchmark is None:
        return {"is_measured": False}
    workflow = benchmark[benchmark.study == "workflow"]
    return {
        "is_measured": True,
        "cpu": cpu,
        "side": f"{SIDE:,}",
        "dataset": display_name(benchmark[benchmark.variant == "pca"].dataset.iloc[0]),
        "rounds": int(benchmark[benchmark.study == "benchmark"].rounds.max()),
        "peers": [_peer(row) for row in ratios_table(benchmark).to_dict("records")],
        "not_reached": [_not_reached(row) for row in unreached(benchmark).to_dict("records")],
        "growth": [_growth(name, *of) for name, of in growth_curves(benchmark).items()],
        "workflow": [
            _workflow(int(cores), rows.set_index("metric").value)
            for cores, rows in workflow.groupby("cores")
        ],
    }


def _line(row: dict) -> str:
    name = LINE_NAMES.get(row["variant"], "Networks")
    if row["variant"] == "cnn":
        name += f" to {100 * row['accuracy']:g} %"
    if row["variant"] == "wgan":
        name += f", d = {row['dim']:.0f}"
    if row["variant"] == "ensemble":
        name += f" of width {row['width']:.0f}, {row['members']:.0f} at once"
    return name


def _peer(row: dict) -> dict:
    return {
        "line": _line(row),
        "peer": row["peer"],
        "ours": _digits(row["our_cpu_seconds"]),
        "theirs": _digits(row["cpu_seconds"]),
        "ratio": _digits(row["ratio"]),
        "range": NO_BREAK.join(
            (_digits(row["smallest_ratio"]), "to", _digits(row["largest_ratio"]))
        ),
    }


def unreached(benchmark: pd.DataFrame) -> pd.DataFrame:
    """The peers that never got where ours did, with our CPU seconds and how long theirs went on."""
    bounds = benchmark[benchmark.metric == "cpu_seconds_at_least"]
    ours = benchmark[(benchmark.metric == "cpu_seconds") & (benchmark.peer == "ours")]
    of_wgan = bounds.merge(ours[["variant", "dim", "value"]], on=["variant", "dim"],
                           suffixes=("", "_ours"))  # fmt: skip
    # The CNN's peer is looked at along one training, whose end is the bound.
    along = benchmark[benchmark.metric == "cpu_seconds_along"]
    reached = benchmark[(benchmark.metric == "ratio") & (benchmark.variant == "cnn")].accuracy
    of_cnn = ours[(ours.variant == "cnn") & ~ours.accuracy.isin(reached)]
    of_cnn = of_cnn.assign(peer=along.peer.max(), value=along.value.max(), value_ours=of_cnn.value)
    both = pd.concat([of_cnn, of_wgan])
    return both[np.isfinite(both.value_ours)]  # else ours did not get there, either


def _not_reached(row: dict) -> dict:
    return {
        "line": _line(row),
        "peer": row["peer"],
        "ours": _digits(row["value_ours"]),
        "seconds": number(row["value"], 0),
        "ratio": _digits(row["value"] / row["value_ours"]),
    }


def _growth(name: str, curve: pd.DataFrame, growth: Growth) -> dict:
    size = curve["size"]
    known = not math.isnan(growth.crossing)
    if not known:
        crossing = "–"
    elif growth.crossing == 0:
        crossing = "below all"
    elif math.isinf(growth.crossing):
        crossing = "above all"
    else:
        crossing = _digits(growth.crossing)
    return {
        "name": GROWTH_NAMES[name],
        "sizes": f"{size.min():,.0f} to {size.max():,.0f}",
        "cost": number(growth.cost_exponent, 2),
        "flop": number(growth.flop_exponent, 2),
        "fixed": f"{1000 * growth.fixed:.2g}" if known else "–",
        "crossing": crossing,
        "share": _digits(100 * growth.share_of_peak),
        "products": _products(curve),
    }


def _products(curve: pd.DataFrame) -> list[str]:
    """Per cent of the time in products at the smallest and at the largest size; dashes where
    unknown."""
    if "share_of_products" not in curve:
        return ["–", "–"]
    ends = curve.share_of_products.iloc[[0, -1]]
    return ["–" if math.isnan(share) else f"{100 * share:.0f}" for share in ends]


def _workflow(cores: int, values: pd.Series) -> dict:
    return {
        "cores": cores,
        "wall": number(values.wall_seconds / 60, 1),
        "cpu": number(values.cpu_seconds / 60, 1),
        "overhead": number(100 * values.overhead_share, 1),
        "jobs": int(values.jobs),
        "claims": f"{values.claims_met:.0f} of {values.claims_met + values.claims_not_met:.0f}",
        "memory": number(values.largest_memory, 0),
        "dry": number(values.dry_run_seconds, 1),
        "again": number(values.nothing_to_do_seconds, 1),
    }


def _digits(value: float) -> str:
    """Two digits, or three from a hundred on, never in powers of ten."""
    digits = 2 if abs(value) < 100 else 3
    return number(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))
