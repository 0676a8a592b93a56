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
    WIDTH,
    draw_figure,
    label_log_axis,
    save_figure,
)
from dlse.studies.wgan.cost import (
    ACCURACY,
    arrivals,
    runs_table,
    scaling_law,
    scaling_runs,
    survival,
)
from dlse.studies.wgan.measure.sliced_wasserstein import true_samples
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

REQUIRED = f"{100 * ACCURACY:g} %"
TASKS = {"uniform5": ("task 6", BLUE), "uniform20": ("task 7", ORANGE)}
CURVES = (  # row of panels, metric, split, label, color, unit
    (0, "critic_gap", None, "critic's gap", BLUE, 1),
    (1, "penalty", None, "penalty", PURPLE, 1),
    (2, "headline", "raw", "last weights", ORANGE, 100),
    (2, "headline", "averaged", "averaged weights", GREEN, 100),
)
FINAL = (  # split, color, marker, shift, label
    ("final averaged", BLUE, "o", -0.14, "averaged weights"),
    ("final raw", ORANGE, "s", 0.14, "last weights"),
)
OUTPUTS = {"uniform": ("linear", BLUE), "tanh": ("tanh", GREEN), "fold": ("fold", ORANGE)}
READ = {"headline": "-", "worst_marginal_ks": ":"}  # readings of accuracy, and their lines
SCATTERED = 3000  # points of a scatter plot, at most


def training(curves: str, png: str, svg: str) -> None:
    """Gap, penalty and headline during training: one column per task, with just enough noise
    dimensions; median and 5–95 % over seeds."""
    table = read_table(curves).to_pandas()
    fig, panels = plt.subplots(3, len(TASKS), figsize=(WIDTH, 5.0), sharex="col")
    for column, run in zip(panels.T, TASKS, strict=True):
        shown = _with_just_enough_noise(table[table.variant == run])
        for row, metric, split, label, color, unit in CURVES:
            chosen = shown[shown.metric == metric]
            if split is not None:
                chosen = chosen[chosen.split == split]
            _draw_band(column[row], chosen, unit, color=color, label=label)
        column[2].set_yscale("log")
        label_log_axis(column[2].yaxis, *column[2].get_ylim())
        column[2].axhline(100 * ACCURACY, **THRESHOLD)
        column[2].set_xlabel("generator step")
        dim, noise_dim = shown[["dim", "noise_dim"]].iloc[0].astype(int)
        seeds = shown.seed.nunique()
        column[0].set_title(f"{dim} dimensions, noise of {noise_dim}, {seeds} seeds", fontsize=9)
        column[0].axhline(0, **THRESHOLD)
    for axes, label in zip(
        panels[:, 0], ("critic's gap", "penalty", "headline (% of σ)"), strict=True
    ):
        axes.set_ylabel(label)
    panels[2, -1].legend(fontsize=7.5, loc="lower left")
    note = (
        "Median and 5–95 %; gap and penalty of one batch, before λ; dotted: no gap, and "
        f"{REQUIRED}."
    )
    save_figure(fig, "uniform", note, png, svg)


def uniform(metrics: str, curves: str, uniformity: str, run: str, png: str, svg: str) -> None:
    """Left: the headline of the averaged weights over steps, one line per noise dimension, median
    and 5–95 % over seeds. Right: the headline of every final generator over noise dimension."""
    final = read_table(metrics).to_pandas().query("variant == @run and metric == 'headline'")
    along = read_table(curves).to_pandas()
    along = along.query("variant == @run and metric == 'headline' and split == 'averaged'")
    dim = int(along.dim.iloc[0])
    noise_dims = sorted(along.noise_dim.unique())
    floor = read_table(uniformity).to_pandas()
    samples = int(floor.samples.max())
    floor = 100 * floor.query("variant == 'floor' and metric == 'headline' and dim == @dim").value
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1), width_ratios=(3, 2), sharey=True)
    colors = plt.get_cmap("cividis")(np.linspace(0, 0.93, len(noise_dims)))
    for noise_dim, color in zip(noise_dims, colors, strict=True):
        line = "-" if noise_dim >= dim else "--"
        _draw_band(left, along[along.noise_dim == noise_dim], 100, color=color, linestyle=line,
                   label=f"{noise_dim:.0f}")  # fmt: skip
    left.legend(
        title="noise dimensions", ncols=4, fontsize=7.5, title_fontsize=7.5, loc="lower left"
    )
    left.set(xlabel="generator step", ylabel="sliced W₁, maximum (% of σ)", yscale="log",
             title="Averaged weights, during training")  # fmt: skip
    for split, color, marker, shift, label in FINAL:
        for place, noise_dim in enumerate(noise_dims):
            headlines = final[(final.noise_dim == noise_dim) & (final.split == split)].value
            right.plot(
                place + shift + 0.08 * _spread(headlines), 100 * headlines, marker,
                color=color, markersize=2.8, alpha=0.7, label=None if place else label,
            )  # fmt: skip
    right.set_xticks(range(len(noise_dims)), [f"{n:.0f}" for n in noise_dims])
    right.set(xlabel="noise dimensions", title="At the end, fresh samples")
    right.legend(fontsize=7.5)
    for axes in (left, right):
        axes.axhline(100 * ACCURACY, **THRESHOLD)
        axes.axhspan(*floor.quantile([0.025, 0.975]), color=GRAY, alpha=0.25, lw=0)
        axes.axhline(floor.median(), **THEORY)
    left.set_ylim(bottom=0.25)  # room for the legend
    label_log_axis(left.yaxis, *left.get_ylim())
    seeds = along.groupby("noise_dim").seed.nunique().max()
    note = (
        f"{seeds} seeds for each noise dimension, {samples:,} samples each time.\n"
        f"Dotted: {REQUIRED}; dashed and gray: median and 95 % of true samples."
    )
    save_figure(fig, f"uniform{dim}", note, png, svg)


def samples(samples: str, noise_dims: list[int], png: str, svg: str) -> None:
    """Samples against the truth, one column per noise dimension. Rows: a pair of coordinates; all
    marginals; |x|²; the largest |x_i|."""
    kept = load_arrays(samples)
    drawn = [kept[f"noise{noise_dim}"] for noise_dim in noise_dims]
    n, dim = drawn[0].shape
    truth = true_samples(dim, n, np.random.default_rng(0))
    end = dim / 3 + 5 * np.sqrt(4 * dim / 45)  # five standard deviations above the mean of |x|²
    t = np.linspace(0, 1.3, 300)
    fig, panels = plt.subplots(
        4, len(drawn), figsize=(WIDTH, 7.6), sharey="row", sharex="row", squeeze=False,
        height_ratios=(1.25, 1, 1, 1),
    )  # fmt: skip
    for column, x, noise_dim in zip(panels.T, drawn, noise_dims, strict=True):
        pair, marginals, norm, largest = column
        name = "dimension" if noise_dim == 1 else "dimensions"
        pair.set_title(f"noise of {noise_dim} {name}", fontsize=9)
        shown = x[:SCATTERED]
        pair.plot(shown[:, 0], shown[:, 1], ".", color=BLUE, markersize=0.8, rasterized=True)
        pair.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], **THEORY)
        pair.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), xlabel="x₁")
        for coordinate in x.T:
            marginals.plot(*_density(coordinate, -1.5, 1.5), color=BLUE, linewidth=0.7, alpha=0.6)
        marginals.plot([-1.5, -1, -1, 1, 1, 1.5], [0, 0, 0.5, 0.5, 0, 0], **THEORY)
        marginals.set(ylim=(0, 1.2), xlabel="each xᵢ")
        for samples_of, style in ((x, {"color": BLUE}), (truth, THEORY)):
            norm.plot(*_density(np.square(samples_of).sum(1), 0, end), **style)
        norm.set(ylim=(0, 2.2 * _density(np.square(truth).sum(1), 0, end)[1].max()), xlabel="|x|²")
        largest.plot(t, np.searchsorted(np.sort(np.abs(x).max(1)), t) / n, color=BLUE)
        largest.plot(t, np.minimum(t, 1) ** dim, **THEORY)
        largest.set(xlabel="largest |xᵢ|")
    for axes, label in zip(
        panels[:, 0], ("x₂", "density", "density", "share of samples below"), strict=True
    ):
        axes.set_ylabel(label)
    note = (
        f"Averaged weights of one seed, {n:,} samples ({min(n, SCATTERED):,} on top); "
        "dashed: truth."
    )
    save_figure(fig, f"uniform{dim}", note, png, svg)


def cost(metrics: str, png: str, svg: str) -> None:
    """Left: the share of runs that are not yet accurate over FLOP, by two readings of accuracy.
    Middle: cost over noise dimension. Right: cost over dimension, with the power law that is fitted
    to all dimensions but the largest, and its prediction for that one."""
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.9), width_ratios=(1, 1.2, 1))
    for run, (label, color) in TASKS.items():
        of_task = runs[runs.variant == run]
        full = of_task[of_task.noise_dim == of_task.dim]
        for reading, line in READ.items() if len(full) else ():
            at, share = survival(*arrivals(full, reading, "gflop"))
            left.step([at[0] / 3, *at], [1, *share], line, where="post", color=color,
                      label=label if reading == "headline" else None)  # fmt: skip
        for noise_dim, chosen in of_task.groupby("noise_dim"):
            _draw_costs(middle, noise_dim * (1 + 0.06 * _spread(chosen)), chosen, color)
    left.set(xscale="log", xlabel="GFLOP", ylabel=f"share not yet at {REQUIRED}",
             ylim=(-0.2, 1.05), yticks=np.linspace(0, 1, 6), title="Runs, noise = d")  # fmt: skip
    if left.lines:  # below the lines
        left.legend(fontsize=7.5, loc="lower center", handlelength=1, ncols=2, columnspacing=1)
    middle.set(xscale="log", yscale="log", xlabel="noise dimensions",
               ylabel=f"GFLOP to {REQUIRED}", title="Over noise")  # fmt: skip
    for kind in ("uniform", "fold"):
        _draw_scaling(right, scaling_runs(runs, kind), *OUTPUTS[kind])
    if len(right.lines):
        right.legend(fontsize=7.5, loc="upper left", handlelength=1)
    right.set(xscale="log", yscale="log", xlabel="dimension d", title="Over dimension")
    for axis in (left.xaxis, middle.xaxis, right.xaxis, middle.yaxis, right.yaxis):
        label_log_axis(axis, *axis.get_view_interval())
    for axes in (left, middle, right):
        axes.tick_params(labelsize=7.5)
    note = (
        "Matrix products of one run, until the second evaluation in succession\n"
        f"below {REQUIRED}; crosses: not reached by then. Left: Kaplan–Meier; solid: along every "
        "direction, dotted: in every marginal (KS).\nRight: noise = d, linear and folded output; "
        "lines: power laws of all d but the largest; bars: their 95 % prediction intervals."
    )
    save_figure(fig, "uniform", note, png, svg)


def outputs(metrics: str, curves: str, png: str, svg: str) -> None:
    """Left and middle: the headline of the averaged weights over steps for the three outputs of a
    generator, in 5 and in 20 dimensions; median and 5–95 % over seeds. Right: the accuracy of the
    best classifier for every generator, over the dimension."""
    along = read_table(curves).to_pandas()
    along = along[(along.metric == "headline") & (along.split == "averaged")]
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (*trainings, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.9))
    for axes, dim in zip(trainings, (5, 20), strict=True):
        for kind, (label, color) in OUTPUTS.items():
            chosen = along[(along.variant == f"{kind}{dim}") & (along.noise_dim == dim)]
            if len(chosen):
                _draw_band(axes, chosen, 100, color=color, label=label)
        axes.axhline(100 * ACCURACY, **THRESHOLD)
        axes.set(yscale="log", xlabel="generator step", title=f"{dim} dimensions")
    trainings[0].set_ylabel("headline (% of σ)")
    for place, (kind, (label, color)) in enumerate(OUTPUTS.items()):
        chosen = runs[runs.variant.str.fullmatch(kind + r"\d+") & (runs.noise_dim == runs.dim)]
        shift = 1 + 0.12 * (place - 1) + 0.03 * _spread(chosen)
        right.plot(chosen.dim * shift, 100 * chosen.classifier_accuracy, ".", color=color,
                   markersize=4, label=label)  # fmt: skip
    right.axhline(50 * (1 + ACCURACY), **THRESHOLD)
    right.axhline(50, **THEORY)
    right.set(xlabel="dimension d", ylabel="classifier is right (%)",
              title="Best classifier", ylim=(48, 100))  # fmt: skip
    right.legend(fontsize=7.5, handlelength=1)
    for axes in trainings:
        label_log_axis(axes.yaxis, *axes.get_ylim())
    for axes in (*trainings, right):
        if axes.dataLim.width > 0:  # otherwise there is nothing in it
            axes.set_xscale("log")
            label_log_axis(axes.xaxis, *axes.get_xlim())
        axes.tick_params(labelsize=7)
        axes.tick_params(axis="x", labelsize=6)
    note = (
        "Noise = d. Left and middle: averaged weights, median and 5–95 % over seeds; dotted: "
        f"{REQUIRED}.\nRight: one dot per seed; dashed: no difference is found; dotted: total "
        f"variation of {REQUIRED}."
    )
    save_figure(fig, "uniform", note, png, svg)


def _with_just_enough_noise(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the fewest noise dimensions that suffice, or the most if none does."""
    noise_dims = rows.noise_dim.unique()
    enough = noise_dims[noise_dims >= rows.dim.iloc[0]]
    return rows[rows.noise_dim == (min(enough) if len(enough) else max(noise_dims))]


def _draw_band(axes: Axes, rows: pd.DataFrame, unit: float, color, **style) -> None:
    """The median of the values of `rows` over steps, and a band from 5 to 95 %."""
    bands = unit * rows.groupby("step").value.quantile([0.05, 0.5, 0.95]).unstack()
    axes.plot(bands[0.5], color=color, **style)
    axes.fill_between(bands.index, bands[0.05], bands[0.95], color=color, alpha=0.2, lw=0)


def _draw_costs(axes: Axes, at: np.ndarray, runs: pd.DataFrame, color: str) -> None:
    """A dot for each accurate run, a cross at the end of each that is not."""
    done = (runs.reached == 1).to_numpy()
    axes.plot(at[done], runs.gflop[done], ".", color=color, markersize=4, alpha=0.7)
    axes.plot(at[~done], runs.gflop[~done], "x", color=color, markersize=3.5, alpha=0.7)


def _draw_scaling(axes: Axes, runs: pd.DataFrame, label: str, color: str) -> None:
    """The costs of `runs` over the dimension, with the power law that is fitted to all dimensions
    but the largest, and its prediction for that one."""
    for dim, group in runs.groupby("dim"):
        _draw_costs(axes, dim * (1 + 0.05 * _spread(group)), group, color)
    law = scaling_law(runs, "gflop")
    if law is None:
        return
    dims = np.array([runs.dim.min(), runs.dim.max()])
    shown = f"{label}, $\\propto d^{{{law.exponent.value:.1f}}}$"
    style = {**THEORY, "color": color}
    axes.plot(dims, np.exp(law.level) * dims**law.exponent.value, **style, label=shown)
    value, low, high, _ = law.predicted
    axes.errorbar(dims[-1], value, [[value - low], [high - value]], color=color, capsize=3)


def _spread(points) -> np.ndarray:
    """Shifts between −1 and 1 that keep so many `points` at one place apart."""
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
            "wgan_uniform5": uniform,
            "wgan_uniform20": uniform,
            "wgan_samples5": samples,
            "wgan_samples20": samples,
            "wgan_outputs": outputs,
            "wgan_cost": cost,
        }
        draw_figure(snakemake, figures)
