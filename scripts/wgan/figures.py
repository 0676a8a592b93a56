"""Draw the figures of tasks 6, 7 and 8."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dlse.results.figures import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    THEORY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    draw_figure,
    label_log_axis,
    save_figure,
)
from dlse.studies.wgan.cost import of_kind_by_dim, runs_table
from dlse.studies.wgan.names import ACCURACY, OUTPUT_LABELS, TASKS
from dlse.studies.wgan.sliced_wasserstein import true_samples
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

REQUIRED = f"{100 * ACCURACY:g} %"
COLORS = dict(zip(TASKS, (PURPLE, VERMILION), strict=True))
OUTPUT_COLORS = dict(zip(OUTPUT_LABELS, (BLUE, GREEN, ORANGE), strict=True))
SCATTERED = 3000  # points of a scatter plot, at most


def training(curves: str, png: str, svg: str) -> None:
    """Above: gap and penalty with just enough noise dimensions. Below: the headline for each noise
    dimension. One column per task; median and 5–95 % over seeds."""
    table = read_table(curves, where={"variant": list(TASKS)}).to_pandas()
    fig, panels = plt.subplots(2, len(TASKS), figsize=(WIDTH, 3.7), sharex="col")
    for (above, below), run in zip(panels.T, TASKS, strict=True):
        of_run = table[table.variant == run]
        dim = int(of_run.dim.iloc[0])
        noise_dims = sorted(of_run.noise_dim.unique())
        enough = min((k for k in noise_dims if k >= dim), default=noise_dims[-1])
        shown = of_run[of_run.noise_dim == enough]
        for metric, label, color in (("critic_gap", "gap", BLUE), ("penalty", "penalty", PURPLE)):
            _draw_band(above, shown[shown.metric == metric], 1, color=color, label=label)
        above.axhline(0, **THRESHOLD)
        above.set_title(f"{dim} dimensions; gap and penalty: noise of {enough:.0f}", fontsize=9)
        colors = plt.get_cmap("cividis")(np.linspace(0, 0.93, len(noise_dims)))
        for noise_dim, color in zip(noise_dims, colors, strict=True):
            along = of_run[(of_run.noise_dim == noise_dim) & (of_run.metric == "headline")]
            line = "-" if noise_dim >= dim else "--"
            _draw_band(below, along, 100, color=color, linestyle=line, label=f"{noise_dim:.0f}")
        below.axhline(100 * ACCURACY, **THRESHOLD)
        below.set(yscale="log", xlabel="generator step")
        below.set_ylim(bottom=below.get_ylim()[0] / 4)  # the legend lies below the lines
        label_log_axis(below.yaxis, *below.get_ylim())
        below.legend(
            title="noise dimensions", loc="lower left", ncols=len(noise_dims), columnspacing=1,
            fontsize=7.5, title_fontsize=7.5,
        )  # fmt: skip
    panels[0, 0].set_ylabel("critic")
    panels[1, 0].set_ylabel("headline (% of σ)")
    panels[0, 0].legend(fontsize=7.5)
    fig.align_ylabels(panels[:, 0])
    note = (
        f"Median and 5–95 % over seeds (at most {table.groupby('variant').seed.nunique().max()});"
        f" dotted: no gap, and {REQUIRED}.\nGap and penalty are those of one batch, before λ."
    )
    save_figure(fig, "Training of WGAN-GP", "uniform", note, png, svg)


def accuracy(metrics: str, png: str, svg: str) -> None:
    """The headline of every final generator over noise dimension, one panel per task."""
    rows = read_table(metrics).to_pandas()
    fig, panels = plt.subplots(1, len(TASKS), figsize=(WIDTH, 2.4), sharey=True)
    for axes, run in zip(panels, TASKS, strict=True):
        _draw_final(axes, rows, run)
        axes.set_title(f"{rows[rows.variant == run].dim.iloc[0]:.0f} dimensions")
    panels[0].set(yscale="log", ylabel="headline (% of σ)")
    label_log_axis(panels[0].yaxis, *panels[0].get_ylim())
    panels[1].legend(fontsize=7.5)
    note = (
        f"One dot per seed, fresh samples at the end of training.\nDotted: {REQUIRED}; dashed and "
        "gray: true samples, median and range."
    )
    title = "Distance from the uniform distribution, by noise dimension"
    save_figure(fig, title, "uniform", note, png, svg)


def overview(axes: Axes, metrics: str) -> tuple[str, str]:
    """Draw the headline of the final generators of task 6 over noise dimension, for the overview.
    Returns its title and the name of the data set."""
    rows = read_table(metrics).to_pandas()
    _draw_final(axes, rows, "uniform5")
    axes.set(yscale="log", ylabel="distance (% of σ)")
    label_log_axis(axes.yaxis, *axes.get_ylim())
    axes.legend(loc="upper right", fontsize=7)
    return "Generated distribution in 5 dimensions", "uniform5"


def _draw_final(axes: Axes, rows: pd.DataFrame, run: str) -> None:
    """The headlines of the final generators of a run over noise dimension, beside those of true
    samples."""
    final = rows[(rows.variant == run) & (rows.metric == "headline") & rows.step.isna()]
    true = rows[(rows.variant == "true") & (rows.dim == final.dim.iloc[0])]
    noise_dims = sorted(final.noise_dim.unique())
    for split, color, marker, shift, label in (
        ("final averaged", BLUE, "o", -0.14, "averaged weights"),
        ("final raw", ORANGE, "s", 0.14, "last weights"),
    ):
        shown = final[final.split == split]
        place = shown.noise_dim.map(noise_dims.index) + shift + 0.08 * _spread(shown)
        axes.plot(place, 100 * shown.value, marker, color=color, markersize=2.8, alpha=0.7,
                  label=label, rasterized=True)  # fmt: skip
    axes.set_xticks(range(len(noise_dims)), [f"{n:.0f}" for n in noise_dims])
    axes.set_xlabel("noise dimensions")
    axes.axhline(100 * ACCURACY, **THRESHOLD)
    axes.axhspan(100 * true.value.min(), 100 * true.value.max(), color=GRAY, alpha=0.25, lw=0)
    axes.axhline(100 * true.value.median(), **THEORY, label="true samples")


def samples(samples: str, shown: dict[str, list[int]], png: str, svg: str) -> None:
    """Samples against the truth, one row per task and noise dimension. Columns: a pair of
    coordinates; all marginals; |x|²."""
    kept = load_arrays(samples)
    drawn = [(kept[f"{run}_noise{k}"], k) for run, noise_dims in shown.items() for k in noise_dims]
    fig, panels = plt.subplots(
        len(drawn), 3, figsize=(WIDTH, 0.85 * len(drawn) + 0.9), squeeze=False, sharex="col"
    )
    for (pair, marginals, norm), (x, noise_dim) in zip(panels, drawn, strict=True):
        n, dim = x.shape
        truth = true_samples(dim, n, np.random.default_rng(0))
        pair.set_ylabel(f"d = {dim}\nnoise: {noise_dim}\nx₂", fontsize=8)
        pair.plot(*x[:SCATTERED, :2].T, ".", color=BLUE, markersize=0.6, rasterized=True)
        pair.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], **THEORY)
        pair.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
        for coordinate in x.T:
            style = {"linewidth": 0.7, "alpha": 0.6, "rasterized": True}
            marginals.plot(*_density(coordinate, -1.5, 1.5), color=BLUE, **style)
        marginals.plot([-1.5, -1, -1, 1, 1, 1.5], [0, 0, 0.5, 0.5, 0, 0], **THEORY)
        marginals.set(ylim=(0, 1.2))
        for samples_of, style in ((x, {"color": BLUE}), (truth, THEORY)):
            scaled = (np.square(samples_of).sum(1) - dim / 3) / np.sqrt(4 * dim / 45)
            norm.plot(*_density(scaled, -5, 5), **style)
        norm.set_ylim(0, 0.9)
    for column, title, label in zip(
        panels.T,
        ("Two coordinates", "Density of each xᵢ", "Density of |x|²"),
        ("x₁", "xᵢ", "(|x|² − d/3) / √(4d/45)"),
        strict=True,
    ):
        column[0].set_title(title, fontsize=8.5)
        column[-1].set_xlabel(label)
    note = (
        f"Averaged weights of one seed, {n:,} samples ({min(n, SCATTERED):,} at the left); "
        "dashed: truth."
    )
    save_figure(fig, "Samples of generators and of the truth", "uniform", note, png, svg)


def cost(metrics: str, png: str, svg: str) -> None:
    """Left: FLOP to the required accuracy over noise dimension, by task. Right: over the dimension
    of the data, by the output of the generator."""
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.5), sharey=True)
    for run, color in COLORS.items():
        of_task = runs[runs.variant == run]
        label = f"{of_task.dim.iloc[0]:.0f} dimensions"
        _draw_costs(left, of_task.noise_dim, of_task, color, label)
    for kind, color in OUTPUT_COLORS.items():
        groups = [group for _, group in of_kind_by_dim(runs, kind)]
        if groups:
            chosen = pd.concat(groups)
            _draw_costs(right, chosen.dim, chosen, color, OUTPUT_LABELS[kind])
    left.set(yscale="log", xlabel="noise dimensions", ylabel=f"GFLOP to {REQUIRED}")
    right.set(xlabel="dimension d = noise dimensions")
    for axes in (left, right):
        if axes.dataLim.width > 0:  # otherwise there is nothing in it
            axes.set_xscale("log")
            label_log_axis(axes.xaxis, *axes.get_xlim())
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=7.5)
    label_log_axis(left.yaxis, *left.get_ylim())
    note = (
        "Matrix products of one run, until the second evaluation in succession below "
        f"{REQUIRED};\none dot per seed; lines: medians; crosses: not reached by then."
    )
    save_figure(fig, f"Cost of {REQUIRED} accuracy", "uniform", note, png, svg)


def _draw_costs(axes: Axes, at: pd.Series, runs: pd.DataFrame, color: str, label: str) -> None:
    """A dot at `at` for each accurate run, a cross at the end of each that is not, beside each
    other on a logarithmic axis; a line along the medians."""
    beside, done = at * (1 + 0.05 * _spread(runs)), runs.reached == 1
    spent = runs.steps * runs.flops_per_step / 1e9
    for chosen, marker in ((done, "."), (~done, "x")):
        axes.plot(beside[chosen], spent[chosen], marker, color=color, markersize=4, alpha=0.7,
                  rasterized=True)  # fmt: skip
    medians = runs.gflop.groupby(at).median().replace(np.inf, np.nan)
    axes.plot(medians, color=color, linewidth=1, label=label)


def _draw_band(axes: Axes, rows: pd.DataFrame, unit: float, color, **style) -> None:
    """The median of the values of `rows` over steps, and a band from 5 to 95 %."""
    bands = unit * rows.groupby("step").value.quantile([0.05, 0.5, 0.95]).unstack()
    axes.plot(bands[0.5], color=color, **style)
    axes.fill_between(bands.index, bands[0.05], bands[0.95], color=color, alpha=0.2, lw=0)


def _spread(points) -> np.ndarray:
    """Shifts between −1 and 1 that keep the `points` at one place apart."""
    return np.sin(2.4 * np.arange(len(points)))


def _density(values: np.ndarray, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """The centers of 60 bins from start to end, and the density of `values` in each."""
    edges = np.linspace(start, end, 61)
    density = np.histogram(values, edges)[0] / len(values) / np.diff(edges)
    return (edges[1:] + edges[:-1]) / 2, density


if __name__ == "__main__":
    with job(snakemake.log[0]):
        figures = {
            "wgan_training": training,
            "wgan_accuracy": accuracy,
            "wgan_samples": samples,
            "wgan_cost": cost,
        }
        draw_figure(snakemake, figures)
