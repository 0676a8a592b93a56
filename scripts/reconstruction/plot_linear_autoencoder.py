"""Draw how close the linear autoencoder comes to PCA."""

import matplotlib.pyplot as plt

from dlse.results.figures import BLUE, SKY, WIDTH, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(metrics: str, png: str, svg: str) -> None:
    """Excess of its training error over PCA's, and the angles between the two subspaces."""
    table = read_table(metrics).to_pandas()
    table = table[table.variant == "linear autoencoder"]
    dims = sorted(table.latent_dim.dropna().unique())
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.8))
    mean = table.groupby(["metric", "latent_dim"]).value.mean()
    # Below 1e-12 the excess is rounding, of either sign.
    left.plot(mean["excess_over_pca"].clip(lower=1e-12), color=BLUE, marker="o")
    left.set(yscale="log", ylabel="excess error over PCA, relative", title="Training error")
    for metric, name, color, marker in (
        ("largest_principal_angle", "largest", BLUE, "o"),
        ("median_principal_angle", "median", SKY, "s"),
    ):
        right.plot(mean[metric], color=color, marker=marker, label=name)
    right.set(yscale="log", ylabel="principal angle (degree)", title="Angle to PCA's subspace")
    right.legend()
    for axes in (left, right):
        axes.set(xscale="log", xlabel=r"latent dimension $l_d$")
        axes.set_xticks(dims, [f"{d:g}" for d in dims])
        axes.xaxis.minorticks_off()
    n = table.seed.nunique()
    note = f"{n} network{'s' if n > 1 else ''} for each $l_d$, from random weights by L-BFGS."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
