"""Draw the figures of tasks 6, 7 and 8."""

import itertools

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
    listed,
    rounded,
    save_figure,
)
from dlse.studies.wgan.cost import (
    ACCURACY,
    arrivals,
    median_cost,
    runs_table,
    scaling_law,
    scaling_runs,
    survival,
)
from dlse.studies.wgan.measure.sliced_wasserstein import true_samples
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

DISTANCE = "sliced W₁, maximum (% of σ)"
REQUIRED = f"{100 * ACCURACY:g} %"
TASKS = {"uniform5": ("task 6, d = 5", PURPLE), "uniform20": ("task 7, d = 20", VERMILION)}
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
DOTS = 64  # seeds with a dot of their own, at most: the first ones of each kind of run


def training(curves: str, png: str, svg: str) -> None:
    """Gap, penalty and headline during training: one column per task, with just enough noise
    dimensions; median and 5–95 % over seeds."""
    names = list(dict.fromkeys(metric for _, metric, *_ in CURVES))
    table = read_table(curves, where={"variant": list(TASKS), "metric": names}).to_pandas()
    fig, panels = plt.subplots(3, len(TASKS), figsize=(WIDTH, 4.2), sharex="col")
    medians = {}
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
        headline = shown[(shown.metric == "headline") & shown.split.isin(("raw", "averaged"))]
        medians[dim] = headline.groupby(["step", "split"]).value.median().unstack()
        column[0].set_title(f"{dim} dimensions, noise of {noise_dim}, {seeds} seeds", fontsize=9)
        column[0].axhline(0, **THRESHOLD)
    for axes, label in zip(
        panels[:, 0], ("critic's gap", "penalty", "headline (% of σ)"), strict=True
    ):
        axes.set_ylabel(label)
    fig.align_ylabels(panels[:, 0])
    handles, labels = panels[2, -1].get_legend_handles_labels()
    fig.legend(handles, [f"headline, {label}" for label in labels], ncols=2)
    note = (
        "Median and 5–95 %; gap and penalty of one batch, before λ; dotted: no gap, and "
        f"{REQUIRED}."
    )
    save_figure(fig, training_message(medians), "uniform", note, png, svg)


def training_message(medians: dict[int, pd.DataFrame]) -> str:
    """In which dimensions the averaged weights are accurate before the last ones. medians: of the
    headline of `raw` and `averaged` weights, one row per step. The last weights are evaluated at
    fewer steps, which alone count."""

    def first(values: pd.Series) -> float:
        return min(values.index[values < ACCURACY], default=np.inf)

    both = {dim: table.dropna() for dim, table in medians.items()}
    earlier = [f"{d}" for d, table in both.items() if first(table.averaged) < first(table.raw)]
    if earlier:
        return (
            f"In {listed(earlier)} dimensions, averaged weights are below {REQUIRED} in fewer "
            "steps than the last weights"
        )
    last = {dim: 100 * table.averaged.dropna().iloc[-1] for dim, table in medians.items()}
    ends = [f"{value:.1f} % (d = {dim})" for dim, value in last.items()]
    return f"Training ends at a median headline of {listed(ends)} with averaged weights"


def uniform(metrics: str, curves: str, uniformity: str, run: str, png: str, svg: str) -> None:
    """Left: the headline of the averaged weights over steps, one line per noise dimension, median
    and 5–95 % over seeds. Right: the headline of every final generator over noise dimension."""
    final, floor = _final_headlines(metrics, uniformity, run)
    along = _averaged_headlines(curves)
    along = along[along.variant == run]
    dim = int(along.dim.iloc[0])
    noise_dims = sorted(along.noise_dim.unique())
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1), width_ratios=(3, 2), sharey=True)
    colors = plt.get_cmap("cividis")(np.linspace(0, 0.93, len(noise_dims)))
    for noise_dim, color in zip(noise_dims, colors, strict=True):
        line = "-" if noise_dim >= dim else "--"
        _draw_band(left, along[along.noise_dim == noise_dim], 100, color=color, linestyle=line,
                   label=f"{noise_dim:.0f}")  # fmt: skip
    left.legend(
        title="noise dimensions", ncols=4, fontsize=7.5, title_fontsize=7.5, loc="lower left"
    )
    left.set(xlabel="generator step", title="Averaged weights, during training")
    _draw_final(right, final, floor)
    right.set_title("At the end, fresh samples")
    right.legend(fontsize=7.5)
    _draw_floor(left, floor)
    left.set(yscale="log", ylabel=DISTANCE, ylim=(0.25, None))  # room for the legend
    label_log_axis(left.yaxis, *left.get_ylim())
    seeds = along.groupby("noise_dim").seed.nunique().max()
    note = (
        f"{seeds:,} seeds for each noise dimension, {int(floor.samples.max()):,} samples each "
        f"time.\nDotted: {REQUIRED}; dashed and gray: median and 95 % of true samples."
    )
    save_figure(fig, uniform_message(final), f"uniform{dim}", note, png, svg)


def uniform_message(final: pd.DataFrame) -> str:
    """How many final generators are accurate with noise of as many dimensions as the data or more,
    and with fewer. final: the headlines of their last and averaged weights, which must both be."""
    dim = int(final.dim.iloc[0])
    worse = final.groupby(["noise_dim", "seed"], as_index=False).value.max()

    enough = (worse[worse.noise_dim >= dim].value < ACCURACY).to_numpy()
    fewer = (worse[worse.noise_dim < dim].value < ACCURACY).to_numpy()
    first, which = (enough, "at least") if len(enough) else (fewer, "fewer than")
    if not first.any():
        who, verb = "No generator", "ends"
    else:
        who = "All" if first.all() else f"{first.sum()} of {len(first)}"
        who, verb = f"{who} generators", "end"
    said = f"{who} with {which} {dim} noise dimensions {verb} below {REQUIRED}"
    if not (len(enough) and len(fewer)):
        return said
    rest = f"{fewer.sum()} of {len(fewer)}" if fewer.any() else "none"
    return f"{said}, and {rest} with fewer"


def overview(axes: Axes, metrics: str, uniformity: str) -> tuple[str, str]:
    """Draw the headline of the final generators of task 6 over noise dimension, for the overview.
    Returns its message and the name of the data set."""
    final, floor = _final_headlines(metrics, uniformity, "uniform5")
    _draw_final(axes, final, floor)
    axes.set(yscale="log", ylabel="distance (% of σ)")
    label_log_axis(axes.yaxis, *axes.get_ylim())
    axes.lines[-1].set_label("true samples")
    axes.legend(loc="upper right", fontsize=7)
    return uniform_message(final), final.dataset.iloc[0]


def _final_headlines(metrics: str, uniformity: str, run: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The headlines of the final generators of a run, and those of true samples."""
    splits = [split for split, *_ in FINAL]
    where = {"variant": [run], "metric": ["headline"], "split": splits}
    final = read_table(metrics, where=where).to_pandas()
    floor = read_table(uniformity).to_pandas()
    dim = final.dim.iloc[0]  # noqa: F841 (in the query)
    return final, floor.query("variant == 'floor' and metric == 'headline' and dim == @dim")


def _draw_final(axes: Axes, final: pd.DataFrame, floor: pd.DataFrame) -> None:
    """The headlines of final generators over noise dimension, beside that of true samples."""
    noise_dims = sorted(final.noise_dim.unique())
    for split, color, marker, shift, label in FINAL:
        for place, noise_dim in enumerate(noise_dims):
            headlines = final[(final.noise_dim == noise_dim) & (final.split == split)].value[:DOTS]
            axes.plot(
                place + shift + 0.08 * _spread(headlines), 100 * headlines, marker, color=color,
                markersize=2.8, alpha=0.7, label=None if place else label,
            )  # fmt: skip
    axes.set_xticks(range(len(noise_dims)), [f"{n:.0f}" for n in noise_dims])
    axes.set_xlabel("noise dimensions" + _sampled(final, ",\n"))
    _draw_floor(axes, floor)


def _draw_floor(axes: Axes, floor: pd.DataFrame) -> None:
    """The required accuracy, and the headline of true samples: median and 95 %."""
    axes.axhline(100 * ACCURACY, **THRESHOLD)
    axes.axhspan(*(100 * floor.value.quantile([0.025, 0.975])), color=GRAY, alpha=0.25, lw=0)
    axes.axhline(100 * floor.value.median(), **THEORY)


def samples(samples: str, noise_dims: list[int], png: str, svg: str) -> None:
    """Samples against the truth, one column per noise dimension. Rows: a pair of coordinates; all
    marginals; |x|²; the largest |x_i|."""
    from scipy import stats  # takes half a second, which the other figures can do without

    kept = load_arrays(samples)
    drawn = [kept[f"noise{noise_dim}"] for noise_dim in noise_dims]
    n, dim = drawn[0].shape
    truth = true_samples(dim, n, np.random.default_rng(0))
    end = dim / 3 + 5 * np.sqrt(4 * dim / 45)  # five standard deviations above the mean of |x|²
    t = np.linspace(0, 1.3, 300)
    fig, panels = plt.subplots(
        len(drawn), 4, figsize=(WIDTH, 1.15 * len(drawn) + 0.85), sharey="col", sharex="col",
        squeeze=False,
    )  # fmt: skip
    for row, x, noise_dim in zip(panels, drawn, noise_dims, strict=True):
        pair, marginals, norm, largest = row
        pair.set_ylabel(f"noise: {noise_dim}\nx₂")
        shown = x[:SCATTERED]
        pair.plot(shown[:, 0], shown[:, 1], ".", color=BLUE, markersize=0.6, rasterized=True)
        pair.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], **THEORY)
        pair.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
        for coordinate in x.T:
            style = {"linewidth": 0.7, "alpha": 0.6, "rasterized": True}
            marginals.plot(*_density(coordinate, -1.5, 1.5), color=BLUE, **style)
        marginals.plot([-1.5, -1, -1, 1, 1, 1.5], [0, 0, 0.5, 0.5, 0, 0], **THEORY)
        marginals.set(ylim=(0, 1.2))
        for samples_of, style in ((x, {"color": BLUE}), (truth, THEORY)):
            norm.plot(*_density(np.square(samples_of).sum(1), 0, end), **style)
        norm.set_ylim(0, 2.2 * _density(np.square(truth).sum(1), 0, end)[1].max())
        largest.plot(t, np.searchsorted(np.sort(np.abs(x).max(1)), t) / n, color=BLUE)
        largest.plot(t, np.minimum(t, 1) ** dim, **THEORY)
    for column, title, label in zip(
        panels.T,
        ("Two coordinates", "Density of each xᵢ", "Density of |x|²", "Share below"),
        ("x₁", "xᵢ", "|x|²", "largest |xᵢ|"),
        strict=True,
    ):
        column[0].set_title(title, fontsize=8.5)
        column[-1].set_xlabel(label)
    note = (
        f"Averaged weights of one seed, {n:,} samples ({min(n, SCATTERED):,} at the left); "
        "dashed: truth."
    )
    distances = {
        noise_dim: max(stats.kstest(xi, stats.uniform(-1, 2).cdf, method="asymp")[0] for xi in x.T)
        for noise_dim, x in zip(noise_dims, drawn, strict=True)
    }
    save_figure(fig, samples_message(distances), f"uniform{dim}", note, png, svg)


def samples_message(distances: dict[int, float]) -> str:
    """How far the marginals are from uniform: the largest Kolmogorov–Smirnov distance, by the noise
    dimension."""
    noise_dims, values = listed(map(str, distances)), [*distances.values()]
    shown = listed([f"{value:.3f}" for value in values])
    falls = len(values) > 1 and all(b < a for a, b in itertools.pairwise(values))
    if falls:
        return (
            f"The more noise dimensions, the closer the worst marginal is to uniform (KS {shown})"
        )
    return f"With {noise_dims} noise dimensions, the worst marginal is KS {shown} from uniform"


def cost(metrics: str, png: str, svg: str) -> None:
    """Left: the share of runs that are not yet accurate over FLOP, by two readings of accuracy.
    Middle: cost over noise dimension. Right: cost over dimension, with the power law that is fitted
    to all dimensions but the largest, and its prediction for that one."""
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 3.1), width_ratios=(1, 1.2, 1))
    medians = {}
    for run, (label, color) in TASKS.items():
        of_task = runs[runs.variant == run]
        full = of_task[of_task.noise_dim == of_task.dim]
        if len(full):
            costs = median_cost(*arrivals(full, "headline", "gflop"))
            medians[int(full.dim.iloc[0])] = costs
        for reading, line in READ.items() if len(full) else ():
            at, share = survival(*arrivals(full, reading, "gflop"))
            left.step([at[0] / 3, *at], [1, *share], line, where="post", color=color,
                      label=label if reading == "headline" else None)  # fmt: skip
        for noise_dim, chosen in of_task.groupby("noise_dim"):
            _draw_costs(middle, noise_dim, 0.06, chosen, color)
    left.set(xscale="log", xlabel="GFLOP", ylabel=f"share not yet at {REQUIRED}",
             ylim=(-0.03, 1.05), title="Runs, noise = d")  # fmt: skip
    middle.set(xscale="log", yscale="log", xlabel="noise dimensions",
               ylabel=f"GFLOP to {REQUIRED}", title="Over noise")  # fmt: skip
    for kind in ("uniform", "fold"):
        _draw_scaling(right, scaling_runs(runs, kind), *OUTPUTS[kind])
    right.set(xscale="log", yscale="log", xlabel="dimension d", title="Over dimension")
    handles, labels = (
        left_ + right_
        for left_, right_ in zip(
            left.get_legend_handles_labels(), right.get_legend_handles_labels(), strict=True
        )
    )
    if handles:
        fig.legend(handles, labels, ncols=len(labels))
    for axis in (left.xaxis, middle.xaxis, right.xaxis, middle.yaxis, right.yaxis):
        label_log_axis(axis, *axis.get_view_interval())
    for axes in (left, middle, right):
        axes.tick_params(labelsize=7.5)
    note = (
        "Matrix products of one run, until the second evaluation in succession\n"
        f"below {REQUIRED}; crosses: not reached by then. Left: Kaplan–Meier; solid: along every "
        "direction, dotted: in every marginal (KS).\nRight: noise = d, linear and folded output; "
        "lines: power laws of all d but the largest; bars: their 95 % prediction intervals"
        + _sampled(runs, ";\ncrosses and ")
        + "."
    )
    save_figure(fig, cost_message(medians), "uniform", note, png, svg)


def cost_message(medians: dict[int, float]) -> str:
    """At which cost half of the runs are accurate. medians: GFLOP by the dimension, infinite where
    fewer than half of the runs are."""
    if not medians:
        return "No run has noise of as many dimensions as the data"
    reached = [
        f"{rounded(cost)} GFLOP in {dim} dimensions"
        for dim, cost in medians.items()
        if np.isfinite(cost)
    ]
    others = [f"{dim}" for dim, cost in medians.items() if not np.isfinite(cost)]
    if not reached:
        return f"Fewer than half of the runs reach {REQUIRED} in {listed(others)} dimensions"
    rest = f"; fewer than half ever do in {listed(others)} dimensions" if others else ""
    return f"Half of the runs have reached {REQUIRED} at {listed(reached)}{rest}"


def outputs(metrics: str, curves: str, png: str, svg: str) -> None:
    """Left and middle: the headline of the averaged weights over steps for the three outputs of a
    generator, in 5 and in 20 dimensions; median and 5–95 % over seeds. Right: the accuracy of the
    best classifier for every generator, over the dimension."""
    along = _averaged_headlines(curves)
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (*trainings, right) = plt.subplots(
        1, 3, figsize=(WIDTH, 2.9), width_ratios=(1.1, 1.2, 1)
    )  # fmt: skip
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
        chosen = chosen.groupby("variant").head(DOTS)
        shift = 1 + 0.12 * (place - 1) + 0.03 * _spread(chosen)
        right.plot(chosen.dim * shift, 100 * chosen.classifier_accuracy, ".", color=color,
                   markersize=4, label=label)  # fmt: skip
    right.axhline(50 * (1 + ACCURACY), **THRESHOLD)
    right.axhline(50, **THEORY)
    right.set(xlabel="dimension d", ylabel="classifier is right (%)",
              title="Best classifier", ylim=(48, 100))  # fmt: skip
    right.legend(handlelength=1, loc="upper left", borderaxespad=0)
    for axes in trainings:
        label_log_axis(axes.yaxis, *axes.get_ylim())
    for axes in (*trainings, right):
        if axes.dataLim.width > 0:  # otherwise there is nothing in it
            axes.set_xscale("log")
            label_log_axis(axes.xaxis, *axes.get_xlim())
        axes.tick_params(labelsize=7)
    note = (
        "Noise = d. Left and middle: averaged weights, median and 5–95 % over seeds; dotted: "
        f"{REQUIRED}.\nRight: one dot per seed{_sampled(runs)}; dashed: no difference is found; "
        f"dotted: total variation of {REQUIRED}."
    )
    with_noise = runs[runs.noise_dim == runs.dim]
    accuracies = {
        label: 100 * of.groupby("dim").classifier_accuracy.median()
        for kind, (label, _) in OUTPUTS.items()
        if len(of := with_noise[with_noise.variant.str.fullmatch(kind + r"\d+")])
    }
    save_figure(fig, outputs_message(accuracies), "uniform", note, png, svg)


def outputs_message(accuracies: dict[str, pd.Series]) -> str:
    """How often the best classifier is right on each output, in the largest dimension with all of
    them. accuracies: medians in percent by output, indexed by the dimension."""
    if not accuracies:
        return "No run has noise of as many dimensions as the data"
    table = pd.DataFrame(accuracies).dropna()
    if not len(table):
        return "No dimension was tried with every output"
    shown = listed([f"{value:.1f} % ({output})" for output, value in table.iloc[-1].items()])
    return f"In {table.index[-1]:g} dimensions, the best classifier is right on {shown} of samples"


def _averaged_headlines(curves: str) -> pd.DataFrame:
    """The headline of the averaged weights at the evenly spaced evaluations of all runs."""
    return read_table(curves, where={"metric": ["headline"], "split": ["averaged"]}).to_pandas()


def _sampled(runs: pd.DataFrame, start: str = "; ") -> str:
    """What a figure says, from `start` on, if not each seed of `runs` has a dot."""
    seeds = runs.groupby(["variant", "noise_dim"]).seed.nunique().max()
    return f"{start}dots: the first {DOTS} seeds" if seeds > DOTS else ""


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


def _draw_costs(axes: Axes, at: float, width: float, runs: pd.DataFrame, color: str) -> None:
    """A dot for each accurate run, a cross at the end of each that is not, beside each other around
    `at` on a logarithmic axis. There are at most `DOTS`."""
    runs = runs[:DOTS]
    at = at * (1 + width * _spread(runs))
    done = (runs.reached == 1).to_numpy()
    axes.plot(at[done], runs.gflop[done], ".", color=color, markersize=4, alpha=0.7)
    axes.plot(at[~done], runs.gflop[~done], "x", color=color, markersize=3.5, alpha=0.7)


def _draw_scaling(axes: Axes, runs: pd.DataFrame, label: str, color: str) -> None:
    """The costs of `runs` over the dimension, with the power law that is fitted to all dimensions
    but the largest, and its prediction for that one."""
    for dim, group in runs.groupby("dim"):
        _draw_costs(axes, dim, 0.05, group, color)
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
