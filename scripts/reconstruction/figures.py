"""Draw the figures of task 5."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes

from dlse.images.dataset import load_dataset, split
from dlse.networks.weights import load_weights
from dlse.results.figures import (
    BLUE,
    GREEN,
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

GAP = 3  # empty pixels at the left and right of an image
METHODS = (  # variant, name, color, marker
    ("pca", "PCA", VERMILION, "s"),
    ("plain autoencoder", "plain AE", GREEN, "^"),
    ("autoencoder", "autoencoder (AE)", BLUE, "o"),
)


def pca_ae_curve(metrics: str, png: str, svg: str) -> None:
    """ε of PCA and the autoencoders on both parts over the latent dimension, and the autoencoders'
    shares of PCA's error with their intervals over the seeds."""
    table = read_table(metrics).to_pandas()
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1), width_ratios=(3, 2))
    _draw_errors(left, table)
    left.set_title("Reconstruction error")
    left.legend(loc="lower left", fontsize=7.5)
    highest = 100.0
    for variant, part, style in _styles(table):
        if variant != "pca":
            of_pca = in_percent(shares(table, part, of=variant))
            middle, low, high, _ = np.array(list(of_pca.values())).T
            bars = np.nan_to_num([middle - low, high - middle])  # one seed has no interval
            right.errorbar(list(of_pca), middle, bars, capsize=2, **style)
            highest = max(highest, middle.max())
    right.axhline(100, color=VERMILION, linewidth=1.2)
    right.annotate("PCA", (1, 100), (0, -4), xycoords=("axes fraction", "data"), va="top",
                   textcoords="offset points", ha="right", color=VERMILION)  # fmt: skip
    right.set(
        ylabel="share of PCA's error (%)", title="Autoencoders against PCA",
        ylim=(0, min(1.1 * highest, 300)),
    )  # fmt: skip
    _show_dims(right, _trained_dims(table))
    splits = counted(table.seed.nunique(), "random split")
    note = f"{splits}, one autoencoder (AE) for each of them and each $l_d$ marked."
    title = "Reconstruction error of PCA and autoencoders"
    save_figure(fig, title, table.dataset[0], note, png, svg)


def overview(axes: Axes, metrics: str) -> tuple[str, str]:
    """Draw ε over the latent dimension, for the overview. Returns its message and the name of the
    data set."""
    table = read_table(metrics).to_pandas()
    _draw_errors(axes, table, ("test",))
    axes.set_ylabel(r"error $\varepsilon$")
    axes.legend(loc="lower left", fontsize=7, labelspacing=0.2, borderaxespad=0.1)
    means = 100 * shares(table).mean()
    best = f"With {means.idxmin():g} dimensions, the autoencoder leaves {means.min():.1f} %"
    return f"{best} of PCA's test error", table.dataset[0]


def _draw_errors(axes: Axes, table: pd.DataFrame, parts=("train", "test")) -> None:
    """ε on the `parts` over the latent dimensions that were trained. PCA has every dimension in
    between, with a marker where there is an autoencoder."""
    dims = _trained_dims(table)
    in_range = table.latent_dim.between(dims[0], dims[-1])
    errors = table[(table.metric == "epsilon") & table.step.isna() & in_range]
    mean = errors.groupby(["variant", "split", "latent_dim"]).value.mean()
    names = {variant: name for variant, name, _, _ in METHODS}
    for variant, part, style in _styles(table):
        if part not in parts:
            continue
        values = mean[variant, part]
        marked = np.flatnonzero(values.index.isin(dims)).tolist()
        label = f"{names[variant]}, {part}"
        axes.plot(values.index, values, label=label, markevery=marked, **style)
    unit = errors.unit.iloc[0]
    unit = "" if unit == "1" else f" ({unit})"
    axes.set(yscale="log", ylabel=rf"$\varepsilon$ = mean $\|x - \tilde{{x}}\|_2^2${unit}")
    # Errors of a stand-in of low rank go down to rounding errors, which are not shown.
    axes.set_ylim(bottom=max(axes.get_ylim()[0], 1e-3 * axes.get_ylim()[1]))
    label_log_axis(axes.yaxis, *axes.get_ylim())
    _show_dims(axes, dims)


def _styles(table: pd.DataFrame) -> Iterator[tuple[str, str, dict]]:
    """The method, part and style of each line."""
    for variant, _, color, marker in METHODS:
        if variant in set(table.variant):
            for part, line, fill in (("train", "--", "none"), ("test", "-", color)):
                style = {"color": color, "marker": marker, "markerfacecolor": fill}
                yield variant, part, {**style, "linestyle": line}


def _trained_dims(table: pd.DataFrame) -> list[float]:
    return sorted(table[table.variant == "autoencoder"].latent_dim.dropna().unique())


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
            y = network(torch.from_numpy(x)).numpy()
        of_pca = reconstruct(fitted, x, latent_dim)
        rows += [(f"PCA, $l_d$ = {latent_dim}", of_pca), (f"autoencoder, {latent_dim}", y)]
    side = dataset.images.shape[1]
    names, shown = zip(*rows, strict=True)
    padded = np.pad(np.reshape(shown, (len(rows), -1, side, side)), [(0, 0)] * 3 + [(GAP, GAP)])
    fig, axes = plt.subplots(figsize=(WIDTH, 0.43 * len(rows) + 0.65))
    axes.imshow(
        np.block([[*line] for line in padded]), cmap="gray_r", vmin=0, vmax=1, interpolation="none"
    )
    axes.set(xticks=[], yticks=side * (np.arange(len(rows)) + 0.5))
    axes.set_yticklabels(names)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    note = "The first test image of each class; the same images in every row."
    save_figure(fig, "Test images and their reconstructions", dataset.label, note, png, svg)


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
            },
        )
