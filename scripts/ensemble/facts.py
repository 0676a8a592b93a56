"""The facts about the ensembles and a loop for the report."""

import pandas as pd


def facts(metrics: pd.DataFrame, settings: dict) -> dict:
    """How many networks an ensemble and a loop train per CPU second."""
    rows = metrics[metrics.study == "ensemble"]
    table = []
    for (depth, width, points), group in rows.groupby(["depth", "width", "points"], sort=False):
        rate = group[group.metric == "networks_per_cpu_second"].set_index("variant").value
        ratio = group[group.metric == "ratio"].set_index("variant").value
        size = {"depth": depth, "width": width, "points": points}
        rates = {"ensemble": rate.ensemble, "loop": rate.loop}
        table.append({**size, **rates, "ratio": ratio.loop, "fused_ratio": ratio.fused_loop})
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
