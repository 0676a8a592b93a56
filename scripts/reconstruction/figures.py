"""Draw the figures of task 5."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes

from dlse.images.dataset import load_dataset, split
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.figures import (
    BLUE,
    GREEN,
    SKY,
    VERMILION,
    WIDTH,
    counted,
    draw_figure,
    label_log_axis,
    save_figure,
)
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.reconstruction.comparison import in_percent, shares
from dlse.studies.reconstruction.pca import load_pca, reconstruct
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def pca_ae_curve(metrics: str, png: str, svg: str) -> None:
    """ε of PCA and the autoencoders on both parts over the latent dimension, and the autoencoders'
    shares of PCA's error with their intervals over the seeds."""
    table = read_table(metrics).to_pandas()
    dims = sorted(table[table.variant == "autoencoder"].latent_dim.dropna().unique())
    in_range = table.latent_dim.between(dims[0], dims[-1])
    errors = table[(table.metric == "epsilon") & table.step.isna() & in_range]
    unit = errors.unit.iloc[0]
    unit = "" if unit == "1" else f" ({unit})"
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2), width_ratios=(3, 2))
    mean = errors.groupby(["variant", "split", "latent_dim"]).value.mean()
    highest = 100.0
    for variant, name, color, marker in (
        ("pca", "PCA", VERMILION, "s"),
        ("plain autoencoder", "plain AE", GREEN, "^"),
        ("autoencoder", "autoencoder (AE)", BLUE, "o"),
    ):
        if variant not in mean.index:
            continue
        for part, line, fill in (("train", "--", "none"), ("test", "-", color)):
            values = mean[variant, part]
            style = {"color": color, "marker": marker, "markerfacecolor": fill, "linestyle": line}
            # PCA has every dimension, with a marker where there is an autoencoder.
            marked = np.flatnonzero(values.index.isin(dims)).tolist()
            left.plot(values.index, values, label=f"{name}, {part}", markevery=marked, **style)
            if variant != "pca":
                of_pca = in_percent(shares(table, part, of=variant))
                middle, low, high, _ = np.array(list(of_pca.values())).T
                bars = np.nan_to_num([middle - low, high - middle])  # one seed has no interval
                right.errorbar(list(of_pca), middle, bars, capsize=2, **style)
                highest = max(highest, middle.max())
    left.set(
        yscale="log", ylabel=rf"$\varepsilon$ = mean $\|x - \tilde{{x}}\|_2^2${unit}",
        title="Reconstruction error",
    )  # fmt: skip
    # Errors of a stand-in of low rank go down to rounding errors, which are not shown.
    left.set_ylim(bottom=max(left.get_ylim()[0], 1e-3 * left.get_ylim()[1]))
    label_log_axis(left.yaxis, *left.get_ylim())
    left.legend(loc="lower left")
    right.axhline(100, color=VERMILION, linewidth=1.2)
    right.annotate("PCA", (1, 100), (0, -4), xycoords=("axes fraction", "data"), va="top",
                   textcoords="offset points", ha="right", color=VERMILION)  # fmt: skip
    right.set(
        ylabel="share of PCA's error (%)", title="Autoencoders against PCA",
        ylim=(0, min(1.1 * highest, 300)),
    )  # fmt: skip
    for axes in (left, right):
        _show_dims(axes, dims)
    splits = counted(errors.seed.nunique(), "random split")
    note = f"{splits}, one network for each of them and each $l_d$."
    save_figure(fig, table.dataset[0], note, png, svg)


def pca_ae_reconstructions(
    images: str,
    labels: str,
    about: str,
    pca: str,
    models: list[str],
    latent_dims: list[int],
    test_fraction: float,
    seed: int,
    png: str,
    svg: str,
) -> None:
    """One column per class with its first test image. Rows: the image, then for each latent
    dimension its reconstructions by PCA and by the autoencoder.

    models: the weights of an autoencoder for each of `latent_dims`.
    test_fraction, seed: of the split by which they were trained.
    """
    dataset = load_dataset(images, labels, about)
    _, test = split(len(dataset.images), test_fraction, seed)
    _, first = np.unique(dataset.labels[test], return_index=True)
    x = dataset.images[test[first]].reshape(len(first), -1)
    fitted = load_pca(pca)
    rows = [("image", x)]
    for latent_dim, path in zip(latent_dims, models, strict=True):
        network = restore_autoencoder(load_weights(path))
        with torch.no_grad():
            y = network(as_tensor(x)).numpy()
        rows += [
            (f"PCA, $l_d$ = {latent_dim}", reconstruct(fitted, x, latent_dim)),
            (f"autoencoder, {latent_dim}", y),
        ]
    fig, panels = plt.subplots(
        len(rows), len(x), figsize=(WIDTH, 0.56 * len(rows) + 0.3), squeeze=False
    )
    for line, (name, shown) in zip(panels, rows, strict=True):
        for axes, image in zip(line, shown, strict=True):
            axes.imshow(image.reshape(dataset.images.shape[1:]), cmap="gray_r", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            axes.spines[:].set_visible(False)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    note = "The first test image of each class; the same images in every row."
    save_figure(fig, dataset.label, note, png, svg)


def linear_autoencoder(metrics: str, png: str, svg: str) -> None:
    """Excess of the linear autoencoder's training error over PCA's, and the angles between the
    two subspaces."""
    table = read_table(metrics).to_pandas()
    table = table[table.variant == "linear autoencoder"]
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
        _show_dims(axes, sorted(table.latent_dim.dropna().unique()))
    networks = counted(table.seed.nunique(), "network")
    note = f"{networks} for each $l_d$, trained from random weights by L-BFGS."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


def _show_dims(axes: Axes, dims: list[float]) -> None:
    """Make the x-axis one of latent dimensions, with a tick at each of `dims`."""
    axes.set(xscale="log", xlabel=r"latent dimension $l_d$")
    axes.set_xticks(dims, [f"{d:g}" for d in dims])
    axes.xaxis.minorticks_off()


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(
            snakemake,
            {
                "pca_ae_curve": pca_ae_curve,
                "pca_ae_reconstructions": pca_ae_reconstructions,
                "linear_autoencoder": linear_autoencoder,
            },
        )
