"""Draw the figures of task 4."""

import itertools

import matplotlib.pyplot as plt
import numpy as np

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.results.figures import (
    BLUE,
    GREEN,
    ORANGE,
    THEORY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    draw_figure,
    label_log_axis,
    save_figure,
)
from dlse.studies.initialization.networks import LEARNED
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

COLORS = (VERMILION, ORANGE, BLUE, GREEN)
OPTIMIZER_NAMES = {"sgd": "SGD", "adam": "Adam"}


def errors(metrics: str, png: str, svg: str) -> None:
    """One map per optimizer: the median test error over depth and initialization."""
    table = read_table(metrics).to_pandas()
    table = table[(table.metric == "test_rel_l2") & table.seed.notna()]
    optimizers = list(dict.fromkeys(table.optimizer))
    names = list(dict.fromkeys(table.variant))
    quantiles = 100 * table.groupby(["optimizer", "variant", "depth"]).value.quantile(
        [0.05, 0.5, 0.95]
    )
    low, high = quantiles.xs(0.5, level=-1).min(), quantiles.xs(0.5, level=-1).max()
    fig, panels = plt.subplots(len(optimizers), 1, figsize=(WIDTH, 1.9 * len(optimizers)))
    for axes, optimizer in zip(panels, optimizers, strict=True):
        grid = quantiles[optimizer].unstack(-1)
        medians = grid[0.5].unstack().loc[names]
        image = axes.imshow(medians, cmap="cividis_r", vmin=low, vmax=high, aspect="auto")
        for row, name in enumerate(names):
            for column, depth in enumerate(medians.columns):
                least, median, greatest = grid.loc[(name, depth)]
                color = "white" if median > (low + high) / 2 else "black"
                style = {"ha": "center", "va": "center", "color": color}
                axes.text(column, row, f"{median:.1f}\n", fontsize=8.5, **style)
                axes.text(column, row, f"\n{least:.1f}–{greatest:.1f}", fontsize=6, **style)
        axes.set_yticks(range(len(names)), [INITIALIZATION_NAMES[name] for name in names])
        axes.set_xticks(range(len(medians.columns)), [f"{d:.0f}" for d in medians.columns])
        axes.set_title({"sgd": "SGD with momentum", "adam": "Adam"}[optimizer])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    panels[-1].set_xlabel("hidden layers")
    fig.colorbar(image, ax=panels, label="test error (%)", shrink=0.8)
    n = table.seed.nunique()
    note = f"Relative L² test error (%): median, below it 5–95 %, of {n} networks each."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


def curves(curves: str, png: str, svg: str) -> None:
    """The training error over the steps, for each optimizer (rows) and for the least, a middle
    and the greatest depth (columns): median and 5–95 % of the seeds."""
    table = read_table(curves).to_pandas()
    optimizers = list(dict.fromkeys(table.optimizer))
    depths = sorted(table.depth.unique())
    depths = sorted({depths[0], depths[len(depths) // 2], depths[-1]})
    names = list(dict.fromkeys(table.variant))
    fig, panels = plt.subplots(
        len(optimizers), len(depths), figsize=(WIDTH, 4.2), sharex=True, sharey=True, squeeze=False
    )
    for row, optimizer in zip(panels, optimizers, strict=True):
        for axes, depth in zip(row, depths, strict=True):
            here = table[(table.optimizer == optimizer) & (table.depth == depth)]
            for name, color, line in zip(
                names, COLORS * 2, ("-", "--") * len(COLORS), strict=False
            ):
                by_step = here[here.variant == name].groupby("step").value
                low, median, high = (100 * by_step.quantile(q) for q in (0.05, 0.5, 0.95))
                style = {"linestyle": line, "linewidth": 1.3, "label": INITIALIZATION_NAMES[name]}
                axes.plot(median, color=color, **style)
                axes.fill_between(low.index, low, high, color=color, alpha=0.15, linewidth=0)
            axes.axhline(100 * LEARNED, **THRESHOLD)
            axes.set(xscale="log", yscale="log")
            axes.set_title(f"{OPTIMIZER_NAMES[optimizer]}, {depth:.0f} layers", fontsize=9)
        row[0].set_ylabel("training error (%)")
        label_log_axis(row[0].yaxis, *row[0].get_ylim())
    for axes in panels[-1]:
        axes.set_xlabel("step")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, fontsize=8, loc="outside upper center", ncols=len(labels))
    n = table.seed.nunique()
    note = f"Median and 5–95 % of {n} networks each; dotted: {100 * LEARNED:g} %."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


def theory(metrics: str, png: str, svg: str) -> None:
    """The initializations before training, with theory as dashed lines. Over the layers of the
    deepest networks: the second moment of the values, and the gradient. Over depth: the gradient
    of the first layer."""
    table = read_table(metrics).to_pandas()
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 3.0))
    moments = table[table.metric == "second_moment"]
    names, deepest = list(dict.fromkeys(moments.variant)), int(moments.depth.max())
    for name, marker, color in zip(names, itertools.cycle("os"), COLORS * 2):
        rows = table[table.variant == name]
        of_deepest = rows[(rows.metric == "gradient_rms") & (rows.depth == deepest)]
        values = (
            rows[rows.metric == "second_moment"].set_index("layer").value,
            of_deepest.set_index("layer").value.loc[2:],  # The first layer has one input only.
            rows[rows.metric == "first_gradient_rms"].set_index("depth").value,
        )
        style = {"color": color, "markersize": 3.5, "label": INITIALIZATION_NAMES[name]}
        for axes, series in zip((left, middle, right), values, strict=True):
            axes.plot(series / series.iloc[0], marker, **style)
    layers, depths = np.arange(1, deepest + 1), values[-1].index.to_numpy()
    left.plot(layers, 1.0 + 0 * layers, **THEORY, label="theory")
    left.plot(layers, 2.0 ** (1 - layers), **THEORY)
    middle.plot(layers[1:], 1.0 + 0 * layers[1:], **THEORY)
    right.plot(depths, 1.0 + 0 * depths, **THEORY)
    right.plot(depths, 2.0 ** ((depths[0] - depths) / 2), **THEORY)
    left.set(xlabel="layer", title="Second moment\nof the values")
    middle.set(xlabel="layer", title=f"Gradient, of layers\n(relative to 2nd; {deepest} layers)")
    right.set_title(f"Gradient, first layer\n(relative to {depths[0]:.0f} layers)")
    right.set_xlabel("hidden layers")
    for axes in (left, middle, right):
        axes.set_yscale("log", base=2)
        axes.xaxis.get_major_locator().set_params(integer=True)
    middle.set_ylim(2**-4, 2**4)
    left.legend(loc="lower left", fontsize=7)
    width = int(table.width.dropna().iloc[0])
    note = f"Width {width}, no biases, before training. Gradients: root mean square over networks."
    save_figure(fig, "oscillatory function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        figures = {
            "initialization": errors,
            "initialization_curves": curves,
            "initialization_theory": theory,
        }
        draw_figure(snakemake, figures)
