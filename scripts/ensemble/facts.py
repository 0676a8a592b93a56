"""The facts about the ensembles and a loop for the report."""

from dlse.results.claims import final_values
from dlse.results.rows import rows_of


def facts(metrics: str, settings: dict) -> dict:
    """How many networks an ensemble and a loop train per CPU second."""
    rows = rows_of(metrics, "ensemble")
    table = []
    for (depth, width, points), group in rows.groupby(["depth", "width", "points"], sort=False):
        rate = group[group.metric == "networks_per_cpu_second"].set_index("variant").value
        loop = group[group.variant == "loop"].set_index("metric").value
        fused = group[group.variant == "fused_loop"].set_index("metric").value
        size = {"depth": depth, "width": width, "points": points}
        rates = {"ensemble": rate.ensemble, "loop": rate.loop}
        extremes = {"extremes": [loop.smallest_ratio, loop.largest_ratio]}
        ratios = {"ratio": loop.ratio, "fused_ratio": fused.ratio, **extremes}
        table.append({**size, **rates, **ratios})
    by_weights = sorted(table, key=lambda network: network["depth"] * network["width"] ** 2)
    small, large = by_weights[0], by_weights[-1]
    return {
        "table": table,
        "members": int(rows.members.iloc[0]),
        "pairs": int(final_values(rows, metric="pairs").iloc[0]),
        "compares": len(table) > 1,
        # by the extremes of all pairs: no ratio of the largest network reaches one of the smallest
        "gain_falls": bool(small["extremes"][0] > large["extremes"][1]),
        "small": small,
        "large": large,
    }
