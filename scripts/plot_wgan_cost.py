"""Draw what 5 % accuracy costs: over runs, over noise dimension and over dimension."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.job import job
from dlse.style import BLUE, ORANGE, THEORY, VERMILION, WIDTH, label_log_axis, save_figure
from dlse.tables import read_table
from dlse.wgan_cost import exponent, runs_table, scaling_runs, standard_run, survival

TASKS = {"uniform5": ("task 6", BLUE), "uniform20": ("task 7", ORANGE)}


def plot(metrics: str, standard: list[str], png: str, svg: str) -> None:
    """Left: the share of runs not yet at 5 % over CPU seconds. Middle: cost over noise dimension.
    Right: cost over dimension, with the fitted power and the usual recipe."""
    runs = runs_table(read_table(metrics).to_pandas())
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.9), width_ratios=(1, 1.2, 1))
    for run, (label, color) in TASKS.items():
        of_task = runs[runs.variant == run]
        full = of_task[of_task.noise_dim == of_task.dim]
        at, share = survival(full.cpu_seconds, full.reached == 1)
        end = full.cpu_seconds.max() if (full.reached == 0).any() else at[-1]
        left.step([0.05, *at, end], [1, *share, share[-1]], where="post", color=color,
                  label=f"{label}, n = {len(full)}")  # fmt: skip
        noise_dims = sorted(of_task.noise_dim.unique())
        for x, noise_dim in enumerate(noise_dims):
            chosen = of_task[of_task.noise_dim == noise_dim]
            jitter = noise_dim * (1 + 0.06 * np.sin(2.4 * np.arange(len(chosen))))
            done = (chosen.reached == 1).to_numpy()
            middle.plot(jitter[done], chosen.cpu_seconds[done], ".", color=color, markersize=4,
                        alpha=0.7, label=label if x == len(noise_dims) - 1 else None)  # fmt: skip
            middle.plot(jitter[~done], chosen.cpu_seconds[~done], "x", color=color, markersize=3.5,
                        markeredgewidth=0.8, alpha=0.7)  # fmt: skip
    left.set(xscale="log", xlabel="CPU seconds", ylabel="share not yet at 5 %", ylim=(-0.03, 1.05),
             title="Runs, noise = d")  # fmt: skip
    left.legend(fontsize=7, loc="lower left")
    middle.set(xscale="log", yscale="log", xlabel="noise dimensions", ylabel="CPU seconds to 5 %",
               title="Over noise (×: not reached)")  # fmt: skip
    middle.legend(fontsize=7, loc="upper left")
    full = scaling_runs(runs)
    for dim, group in full.groupby("dim"):
        done = (group.reached == 1).to_numpy()
        jitter = dim * (1 + 0.05 * np.sin(2.4 * np.arange(len(group))))
        right.plot(jitter[done], group.cpu_seconds[done], ".", color=BLUE, markersize=4, alpha=0.7)
        right.plot(jitter[~done], group.cpu_seconds[~done], "x", color=BLUE, markersize=4)
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
    right.annotate("usual recipe", (one.dim, one.cpu_seconds), (-2, 6), color=VERMILION, ha="right",
                   textcoords="offset points", fontsize=7.5)  # fmt: skip
    right.set(xscale="log", yscale="log", xlabel="dimension d", title="Over dimension")
    for axes in (left, middle, right):
        label_log_axis(axes.xaxis, *axes.get_xlim())
        axes.tick_params(labelsize=8)
    note = (
        "CPU seconds of training for one run until the second evaluation in succession below 5 %.\n"
        "Squares: the usual recipe; a triangle: not reached in that time."
    )
    save_figure(fig, "uniform", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(snakemake.input.metrics, list(snakemake.input.standard), **snakemake.output)
