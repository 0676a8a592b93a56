"""Draw samples of one task's generators against the truth, a column a noise dimension."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.figures import BLUE, THEORY, WIDTH, save_figure
from dlse.studies.wgan.measure.sliced_wasserstein import projection_bank, true_samples
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job

POINTS = 3000  # of a scatter, at most


def plot(samples: str, noise_dims: list[int], png: str, svg: str) -> None:
    """Rows: a pair of coordinates; all marginals; one random direction; the largest |x_i|."""
    kept = load_arrays(samples)
    drawn = [kept[f"noise{noise_dim}"] for noise_dim in noise_dims]
    n, dim = drawn[0].shape
    truth = true_samples(dim, n, np.random.default_rng(0))
    direction = projection_bank(dim)[-1]
    t = np.linspace(0, 1.3, 300)
    fig, panels = plt.subplots(
        4, len(drawn), figsize=(WIDTH, 7.6), sharey="row", sharex="row", squeeze=False,
        height_ratios=(1.25, 1, 1, 1),
    )  # fmt: skip
    for column, (x, noise_dim) in enumerate(zip(drawn, noise_dims, strict=True)):
        pair, marginals, projection, largest = panels[:, column]
        name = "dimension" if noise_dim == 1 else "dimensions"
        pair.set_title(f"noise of {noise_dim} {name}", fontsize=9)
        pair.plot(x[:POINTS, 0], x[:POINTS, 1], ".", color=BLUE, markersize=0.8, rasterized=True)
        pair.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], **THEORY)
        pair.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), xlabel="x₁")
        edges = np.linspace(-1.5, 1.5, 61)
        middle = (edges[1:] + edges[:-1]) / 2
        for coordinate in x.T:
            density = np.histogram(coordinate, edges)[0] / n / np.diff(edges)
            marginals.plot(middle, density, color=BLUE, linewidth=0.7, alpha=0.6)
        marginals.plot([-1.5, -1, -1, 1, 1, 1.5], [0, 0, 0.5, 0.5, 0, 0], **THEORY)
        marginals.set(ylim=(0, 1.2), xlabel="each xᵢ")
        edges = np.linspace(-2, 2, 61)
        middle = (edges[1:] + edges[:-1]) / 2
        for values, style in ((x, {"color": BLUE}), (truth, THEORY)):
            density = np.histogram(values @ direction, edges)[0] / n / np.diff(edges)
            projection.plot(middle, density, **style)
        projection.set(ylim=(0, 1.0), xlabel="a random direction")
        reached = np.searchsorted(np.sort(np.abs(x).max(1)), t) / n
        largest.plot(t, reached, color=BLUE)
        largest.plot(t, np.minimum(t, 1) ** dim, **THEORY)
        largest.set(xlabel="largest |xᵢ|")
    for axes, label in zip(
        panels[:, 0], ("x₂", "density", "density", "share of samples below"), strict=True
    ):
        axes.set_ylabel(label)
    shown = min(n, POINTS)
    note = f"Averaged weights of one seed, {n:,} samples ({shown:,} on top); dashed: truth."
    save_figure(fig, f"uniform{dim}", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(snakemake.input[0], snakemake.params.noise_dims, **snakemake.output)
