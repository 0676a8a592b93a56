"""Draw the reconstruction error of PCA and the autoencoders over the latent dimension."""

import matplotlib.pyplot as plt

from dlse.results.figures import BLUE, VERMILION, WIDTH, label_log_axis, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(metrics: str, png: str, svg: str) -> None:
    """ε of both methods on both parts, and the autoencoder's share of PCA's error."""
    table = read_table(metrics).to_pandas()
    dims = sorted(table[table.variant == "autoencoder"].latent_dim.dropna().unique())
    errors = table[(table.metric == "epsilon") & table.latent_dim.isin(dims)]
    unit = errors.unit.iloc[0]
    unit = "" if unit == "1" else f" ({unit})"
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2), width_ratios=(3, 2))
    mean = errors.groupby(["variant", "split", "latent_dim"]).value.mean()
    for variant, name, color, marker in (
        ("pca", "PCA", VERMILION, "s"),
        ("autoencoder", "autoencoder", BLUE, "o"),
    ):
        for part, line, fill in (("train", "--", "none"), ("test", "-", color)):
            values = mean[variant, part]
            left.plot(
                values.index, values, line, color=color, marker=marker, markerfacecolor=fill,
                label=f"{name}, {part}",
            )  # fmt: skip
    left.set(
        xscale="log", yscale="log", xlabel=r"latent dimension $l_d$",
        ylabel=rf"$\varepsilon$ = mean $\|x - \tilde{{x}}\|_2^2${unit}",
        title="Reconstruction error",
    )  # fmt: skip
    # A stand-in of low rank reaches rounding errors; they are no part of the picture.
    left.set_ylim(bottom=max(left.get_ylim()[0], 1e-3 * left.get_ylim()[1]))
    left.legend(loc="lower left")
    shares = {
        part: 100 * mean["autoencoder", part] / mean["pca", part] for part in ("train", "test")
    }
    for part, line in (("train", "--"), ("test", "-")):
        ratio = shares[part]
        right.plot(ratio.index, ratio, line, color=BLUE, marker="o", label=part,
                   markerfacecolor=BLUE if part == "test" else "none")  # fmt: skip
    right.axhline(100, color=VERMILION, linewidth=1.2)
    right.annotate("PCA", (1, 100), (0, -4), xycoords=("axes fraction", "data"), va="top",
                   textcoords="offset points", ha="right", color=VERMILION)  # fmt: skip
    worst = max(ratio.max() for ratio in shares.values())
    right.set(
        xscale="log",
        xlabel=r"latent dimension $l_d$",
        ylabel="share of PCA's error (%)",
        title="Autoencoder against PCA",
        ylim=(0, min(max(110, 1.1 * worst), 300)),
    )
    right.legend(loc="lower left")
    for axes in (left, right):
        axes.set_xticks(dims, [f"{d:g}" for d in dims])
        axes.minorticks_off()
    n = errors.seed.nunique()
    label_log_axis(left.yaxis, *left.get_ylim())
    note = f"{n} random split{'s' if n > 1 else ''}, one network for each $l_d$."
    save_figure(fig, table.dataset[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
