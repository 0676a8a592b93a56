"""Draw the held-out errors by which strength and network of task 3 were chosen."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.figures import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    VERMILION,
    WIDTH,
    power_label,
    save_figure,
)
from dlse.studies.regularization.names import METHOD_NAMES
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

COLORS = (BLUE, ORANGE, GREEN, PURPLE)


def plot(choice: str, png: str, svg: str) -> None:
    """A panel a method: geometric mean of the held-out error, with its standard error, for
    each strength and network; the chosen one is marked."""
    table = read_table(choice).to_pandas()
    methods = list(dict.fromkeys(table.method))
    fig, panels = plt.subplots(1, len(methods), figsize=(WIDTH, 3.0), sharey=True)
    for axes, method in zip(np.atleast_1d(panels), methods, strict=True):
        rows = table[table.method == method]
        strengths = sorted(rows.strength.unique())
        networks = rows.groupby(["width", "depth", "steps"], sort=False)
        for shift, ((width, depth, steps), group), color, marker in zip(
            np.linspace(-0.12, 0.12, len(networks)), networks, COLORS, "os^D",
            strict=False,
        ):  # fmt: skip
            logs = np.log(group.error) / 2
            by_strength = logs.groupby(group.strength)
            middle, spread = by_strength.mean(), by_strength.std() / np.sqrt(by_strength.size())
            places = np.arange(len(middle)) + shift
            axes.errorbar(
                places, np.exp(middle), [np.exp(middle) - np.exp(middle - spread),
                np.exp(middle + spread) - np.exp(middle)], color=color, fmt=marker + "-",
                markersize=3.5, linewidth=1, label=f"{depth} × {width}, {steps:,}",
            )  # fmt: skip
            chosen = group[group.chosen]
            if len(chosen):
                place = strengths.index(chosen.strength.iloc[0])
                axes.plot(
                    places[place], np.exp(middle.iloc[place]), "o", color=VERMILION,
                    markersize=10, markerfacecolor="none", markeredgewidth=1.6,
                )  # fmt: skip
        axes.set_title(METHOD_NAMES[method], fontsize=9)
        axes.set_xticks(range(len(strengths)), [power_label(s) for s in strengths], fontsize=8)
        axes.set_xlim(-0.5, len(strengths) - 0.5)
        axes.set_xlabel("rate" if method == "dropout" else "λ")
        axes.legend(fontsize=6.5, loc="upper left", handlelength=1)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.3 * (high - low))  # room for the legends; shared by all
    np.atleast_1d(panels)[0].set_ylabel("held-out error")
    units = len(table[["noise_seed", "fold"]].drop_duplicates())
    note = (
        f"Geometric mean (root mean square) of {units} networks ± one standard error; "
        "circle: chosen."
    )
    save_figure(fig, "oscillatory function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
