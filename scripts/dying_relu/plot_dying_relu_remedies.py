"""Draw what remedies do to dead networks and to the error."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.estimates import wilson_interval
from dlse.results.figures import (
    BLUE,
    GRAY,
    ORANGE,
    THRESHOLD,
    VERMILION,
    WIDTH,
    label_log_axis,
    save_figure,
)
from dlse.studies.dying_relu.names import variant_name
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

SHARES = {
    "born_dead": ("born dead", ORANGE, "s"),
    "collapsed": ("collapsed after training", VERMILION, "o"),
}


def plot(metrics: str, shown: str, png: str, svg: str) -> None:
    """From the network that is `shown` to its remedies. Left: shares born dead and collapsed, with
    Wilson intervals. Right: the error's median and 5–95 % range over all networks, the dead among
    them."""
    table = read_table(metrics).to_pandas()
    table = table[table.seed.notna() & (table.dataset == "runge function")]
    variants = list(dict.fromkeys([shown, *table.variant]))
    sizes = table.groupby("variant")[["width", "depth"]].first()
    fig, (left, right) = plt.subplots(
        1, 2, figsize=(WIDTH, 0.9 + 0.27 * len(variants)), sharey=True
    )
    counts = []
    for place, variant in enumerate(variants):
        found = table[table.variant == variant].pivot(
            index="seed", columns="metric", values="value"
        )
        counts.append(len(found))
        for shift, (name, (label, color, marker)) in zip(
            (-0.14, 0.14), SHARES.items(), strict=True
        ):
            share = wilson_interval(int(found[name].sum()), len(found))
            error = [[100 * max(0, share.value - share.low)], [100 * (share.high - share.value)]]
            left.errorbar(
                100 * share.value, place + shift, xerr=error, color=color, fmt=marker,
                markersize=4, label=label if place == 0 else None,
            )  # fmt: skip
        low, middle, high = 100 * np.quantile(found.rel_l2, (0.05, 0.5, 0.95))
        right.plot([low, high], [place, place], color=BLUE, linewidth=3, alpha=0.35,
                   solid_capstyle="butt")  # fmt: skip
        right.plot(middle, place, "o", color=BLUE)
    left.set_yticks(range(len(variants)), [variant_name(v, shown, *sizes.loc[v]) for v in variants])
    left.invert_yaxis()
    left.set(xlabel="share of networks (%)", xlim=(-2, None), title="Dead networks")
    left.legend(loc="center right", bbox_to_anchor=(1.0, 0.55))
    right.set(xscale="log", xlabel="relative L² error (%)", title="Error: median, 5–95 %")
    label_log_axis(right.xaxis, *right.get_xlim())
    right.axvline(5, **THRESHOLD)
    right.annotate("5 %", (5, 1.0), (2, -1), xycoords=("data", "axes fraction"), va="top",
                   textcoords="offset points", fontsize=8, color=GRAY)  # fmt: skip
    few, many = min(counts), max(counts)
    n = f"{few:,}" if few == many else f"{few:,} to {many:,}"
    note = f"{n} networks each; bars on the left: 95 % (Wilson)."
    save_figure(fig, "runge function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, shown=snakemake.params.shown, **snakemake.output)
