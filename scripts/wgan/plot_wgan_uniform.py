"""Draw how well the generators of one task fill the cube: along the training, and at its end."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.figures import (
    BLUE,
    GRAY,
    ORANGE,
    THEORY,
    THRESHOLD,
    WIDTH,
    label_log_axis,
    save_figure,
)
from dlse.studies.wgan.cost import ACCURACY
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(metrics: str, curves: str, uniformity: str, run: str, png: str, svg: str) -> None:
    """Left: the headline of the averaged weights over steps, a line a noise dimension, median
    and band of 5–95 %. Right: the headline of every final generator over noise dimension."""
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
        chosen = along[along.noise_dim == noise_dim]
        bands = 100 * chosen.groupby("step").value.quantile([0.05, 0.5, 0.95]).unstack()
        line = "-" if noise_dim >= dim else "--"
        left.plot(bands[0.5], color=color, linestyle=line, label=f"{noise_dim:.0f}")
        left.fill_between(bands.index, bands[0.05], bands[0.95], color=color, alpha=0.2, lw=0)
    left.legend(
        title="noise dimensions", ncols=4, fontsize=7.5, title_fontsize=7.5, loc="lower left"
    )
    left.set(xlabel="generator step", ylabel="sliced W₁, maximum (% of σ)", yscale="log",
             title="Averaged weights, along the training")  # fmt: skip
    for split, color, marker, shift, label in (
        ("final averaged", BLUE, "o", -0.14, "averaged weights"),
        ("final raw", ORANGE, "s", 0.14, "last weights"),
    ):
        for place, noise_dim in enumerate(noise_dims):
            of_one = final[(final.noise_dim == noise_dim) & (final.split == split)].value
            right.plot(
                place + shift + 0.08 * np.sin(2.4 * np.arange(len(of_one))), 100 * of_one, marker,
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
        "Dotted: 5 %; dashed and gray: median and 95 % of true samples."
    )
    save_figure(fig, f"uniform{dim}", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, run=snakemake.params.run, **snakemake.output)
