"""Draw how many times the CPU seconds of ours the peers of the benchmark take."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from dlse.results.figures import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    THRESHOLD,
    WIDTH,
    label_log_axis,
    save_figure,
    save_not_measured,
)
from dlse.results.names import LINE_NAMES
from dlse.results.timing import ratios_table
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(table: str | None, png: str, svg: str) -> None:
    """Left: each peer of a single line. Right: a loop over small networks, by the number of
    members that the ensemble trains together. `table` is None where nothing is measured."""
    if table is None:
        save_not_measured(png, svg)
        return
    found = read_table(table).to_pandas()
    wide = ratios_table(found)
    of_ensemble = wide.variant == "ensemble"
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 4.2))
    _single(left, wide[~of_ensemble])
    _ensembles(right, wide[of_ensemble & (wide.peer == "loop")])
    images = found[found.variant == "pca"].dataset.iloc[0]
    rounds = int(found.rounds.max())
    note = (
        f"Right: the Runge function. One thread.\nMedian and extremes of {rounds} rounds, or, "
        "where a peer trains for minutes, of ours beside one run of it."
    )
    save_figure(fig, images, note, png, svg)


def _single(axes: Axes, lines: pd.DataFrame) -> None:
    places = range(len(lines), 0, -1)
    labels = [
        f"{LINE_NAMES[line.variant]}"
        + (f" to {100 * line.accuracy:g} %" if line.variant == "cnn" else "")
        + (f", d = {line.dim:g}" if line.variant.startswith("wgan") else "")
        + f": {line.peer}"
        for line in lines.itertuples()
    ]
    labels = [label.replace(": ", ":\n").replace(" and numpy", ", numpy") for label in labels]
    axes.hlines(places, lines.smallest_ratio, lines.largest_ratio, color=BLUE, alpha=0.5, lw=4)
    axes.plot(lines.ratio, places, "o", color=BLUE)
    axes.axvline(1, **THRESHOLD)
    axes.set(xscale="log", ylim=(0.4, len(lines) + 0.6), xlabel="times our CPU seconds",
             title="Peers")  # fmt: skip
    axes.set_yticks(list(places), labels, fontsize=7)
    axes.grid(visible=False, axis="y")
    axes.set_xticks(
        [0.5, 1, 2, 5, 10, 30, 100, 300], ["½", "1", "2", "5", "10", "30", "100", "300"]
    )
    axes.minorticks_off()


def _ensembles(axes: Axes, lines: pd.DataFrame) -> None:
    for (width, of_width), color in zip(
        lines.groupby("width"), (BLUE, ORANGE, GREEN, PURPLE), strict=False
    ):
        axes.plot(of_width.members, of_width.ratio, "o-", color=color, label=f"width {width:g}")
        axes.vlines(of_width.members, of_width.smallest_ratio, of_width.largest_ratio, color=color,
                    alpha=0.5, lw=4)  # fmt: skip
    axes.axhline(1, **THRESHOLD)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="members trained together",
        ylabel="times our CPU seconds",
        title="A loop over small networks",
    )
    axes.set_xticks(sorted(set(lines.members)), [f"{n:g}" for n in sorted(set(lines.members))])
    axes.minorticks_off()
    label_log_axis(axes.yaxis, *axes.get_ylim())
    axes.legend(fontsize=7.5)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(snakemake.params.table["path"], **snakemake.output)
