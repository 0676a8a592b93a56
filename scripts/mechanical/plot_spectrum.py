"""Draw how many dimensions the variance of images, and of fields, lies in."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.figures import BLUE, VERMILION, WIDTH, label_log_axis, save_figure
from dlse.studies.mechanical.intrinsic import METHODS, relative_errors, spectrum
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

FLOOR = 1e-6  # shares of the variance below are no part of the picture


def plot(images: str, fields: str, png: str, svg: str) -> None:
    """Left: each component's share of the variance. Right: what is lost at each latent dimension,
    as a share of the variance, so that the two data sets compare."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.3))
    datasets = []
    for name, path, color, marker in (
        ("images", images, VERMILION, "s"), ("fields", fields, BLUE, "o"),
    ):  # fmt: skip
        table = read_table(path).to_pandas()
        datasets.append(table.dataset.iloc[0])
        shares = spectrum(table)
        left.plot(np.arange(1, len(shares) + 1), shares, color=color, label=name)
        for (variant, method), line, fill in zip(
            METHODS.items(), ("--", "-"), ("none", color), strict=True
        ):
            errors = relative_errors(table, variant)
            right.plot(errors.index, 100 * errors, line, color=color, marker=marker,
                       markerfacecolor=fill, label=f"{name}, {method}")  # fmt: skip
    left.set(xscale="log", yscale="log", ylim=(FLOOR, 1), xlabel="component",
             ylabel="share of the variance", title="Spectrum (training part)")  # fmt: skip
    left.legend(loc="lower left")
    right.set(xscale="log", yscale="log", xlabel=r"latent dimension $l_d$",
              ylabel=r"$\varepsilon$ / variance (%)", title="Error (test part)")  # fmt: skip
    right.set_xticks(errors.index, [f"{d:g}" for d in errors.index])
    right.minorticks_off()
    label_log_axis(right.yaxis, *right.get_ylim())
    right.legend(loc="lower left")
    save_figure(fig, datasets, "", png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
