"""Draw what 5 % accuracy costs: over runs, over noise dimension and over dimension."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dlse.results.figures import BLUE, ORANGE, THEORY, VERMILION, WIDTH, label_log_axis, save_figure
from dlse.studies.wgan.cost import exponent, runs_table, scaling_runs, standard_run, survival
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

TASKS = {"uniform5": ("task 6", BLUE), "uniform20": ("task 7", ORANGE)}


def plot(metrics: str, standard: list[str], png: str, svg: str) -> None:
    """Left: the share of runs not yet at 5 % over CPU seconds. Middle: cost over noise dimension.
    Right: cost over dimension, with the fitted power and the usual recipe where it was measured."""
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.9), width_ratios=(1, 1.2, 1))
    for run, (label, color) in TASKS.items():
        of_task = runs[runs.variant == run]
        full = of_task[of_task.noise_dim == of_task.dim]
        if len(full):
            at, share = survival(full.cpu_seconds, full.reached == 1)
            left.step([0.1, *at], [1, *share], where="post", color=color, label=label)
        for noise_dim, chosen in of_task.groupby("noise_dim"):
            jitter = noise_dim * (1 + 0.06 * np.sin(2.4 * np.arange(len(chosen))))
            _points(middle, jitter, chosen, color)
    left.set(xscale="log", xlabel="CPU seconds", ylabel="share not yet at 5 %", ylim=(-0.03, 1.05),
             title="Runs, noise = d")  # fmt: skip
    if left.lines:
        left.legend(fontsize=7.5, loc="center left", handlelength=1)
    middle.set(xscale="log", yscale="log", xlabel="noise dimensions", ylabel="CPU seconds to 5 %",
               title="Over noise")  # fmt: skip
    label_log_axis(middle.yaxis, *middle.get_ylim())
    full = scaling_runs(runs)
    for dim, group in full.groupby("dim"):
        _points(right, dim * (1 + 0.05 * np.sin(2.4 * np.arange(len(group)))), group, BLUE)
    done = full[full.reached == 1]
    power = exponent(done.dim, done.cpu_seconds)
    if np.isfinite(power.value):
        medians = done.groupby("dim").cpu_seconds.median()
        dims = medians.index.to_numpy(float)
        middle_dim, level = np.log(dims).mean(), np.log(medians).mean()
        line = np.exp(level + power.value * (np.log(dims) - middle_dim))
        right.plot(dims, line, **THEORY)
        right.annotate(f"$\\propto d^{{{power.value:.1f}}}$", (dims[-1], line[-1]), (-6, 4),
                       textcoords="offset points", ha="right", fontsize=8.5)  # fmt: skip
    for path in standard:
        one = standard_run(read_table(path).to_pandas())
        marker = "s" if one.reached else "^"
        right.plot(one.dim, one.cpu_seconds, marker, color=VERMILION, markersize=5)
    if standard:
        right.annotate("usual\nrecipe", (one.dim, one.cpu_seconds), (0, -7), va="top", ha="center",
                       color=VERMILION, textcoords="offset points", fontsize=8)  # fmt: skip
    right.set(xscale="log", yscale="log", xlabel="dimension d", title="Over dimension")
    for axes in (left, middle, right):
        label_log_axis(axes.xaxis, *axes.get_xlim())
        axes.tick_params(labelsize=8)
    note = (
        "CPU seconds of training for one run until the second evaluation in succession below 5 %.\n"
        "Crosses and triangle: not reached in that time. Left: Kaplan–Meier; right: noise = d."
    )
    save_figure(fig, "uniform", note, png, svg)


def _points(axes: Axes, at: np.ndarray, runs: pd.DataFrame, color: str) -> None:
    """A dot for each run that reached 5 %, a cross at the end of one that did not."""
    done = (runs.reached == 1).to_numpy()
    axes.plot(at[done], runs.cpu_seconds[done], ".", color=color, markersize=4, alpha=0.7)
    axes.plot(at[~done], runs.cpu_seconds[~done], "x", color=color, markersize=3.5, alpha=0.7)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        standard = [table["path"] for table in snakemake.params.standard]
        plot(snakemake.input.metrics, standard, **snakemake.output)
