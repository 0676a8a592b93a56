"""Draw how the cost of training grows with every size that a user may change."""

import matplotlib.pyplot as plt
import numpy as np
from dlse.studies.benchmark.growth import growth_curves

from dlse.results.figures import (
    BLUE,
    GRAY,
    THEORY,
    WIDTH,
    label_log_axis,
    save_figure,
    save_not_measured,
)
from dlse.results.names import GROWTH_NAMES
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

COLUMNS = 4


def plot(table: str | None, png: str, svg: str) -> None:
    """A panel a curve: CPU seconds measured, the fit of a fixed part and of one in proportion to
    the FLOP, and where these are equal. `table` is None where nothing is measured."""
    if table is None:
        save_not_measured(png, svg)
        return
    found = read_table(table).to_pandas()
    curves = growth_curves(found)
    fig, all_axes = plt.subplots(2, COLUMNS, figsize=(WIDTH, 3.9))
    for axes, (name, (curve, growth)) in zip(all_axes.flat, curves.items(), strict=False):
        size, seconds, flop = (curve[column] for column in ("size", "cpu_seconds", "flop"))
        # Where the two cannot be told apart these are NaN, and nothing is drawn.
        axes.plot(size, growth.fixed + growth.per_flop * flop, **THEORY, label="fit")
        axes.plot(size, growth.per_flop * flop, color=GRAY, lw=1, label="its arithmetic")
        axes.plot(size, seconds, "o", color=BLUE, label="measured")
        if size.min() < growth.crossing < size.max():
            axes.axvline(growth.crossing, color=GRAY, ls=":", lw=1.2)
        axes.set(xscale="log", yscale="log", xlabel=GROWTH_NAMES[name],
                 ylim=(seconds.min() / 3, seconds.max() * 1.6))  # fmt: skip
        axes.set_title(rf"$\propto n^{{{growth.cost_exponent:.2f}}}$", fontsize=8.5)
        axes.minorticks_off()
        chosen = size.iloc[np.unique(np.linspace(0, len(size) - 1, 3).round().astype(int))]
        axes.set_xticks(chosen, [f"{value:g}" for value in chosen])
        label_log_axis(axes.yaxis, *axes.get_ylim())
        axes.tick_params(labelsize=7.5)
    for axes in all_axes.flat[len(curves) :]:
        axes.set_axis_off()
    handles, labels = all_axes.flat[0].get_legend_handles_labels()
    all_axes.flat[-1].legend(handles, labels, loc="center", fontsize=8.5)
    for axes in all_axes[:, 0]:
        axes.set_ylabel("CPU seconds")
    images = found[found.variant == "cnn_images"].dataset.iloc[0]
    rounds = int(found[found.study == "growth"].rounds.max())
    note = (
        f"Latent dimension and images: one epoch; else one step. Medians of {rounds} rounds, one "
        "thread.\n"
        "Exponents: upper half of the sizes. Dotted: fixed part and arithmetic are equal."
    )
    save_figure(fig, images, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(snakemake.params.table["path"], **snakemake.output)
