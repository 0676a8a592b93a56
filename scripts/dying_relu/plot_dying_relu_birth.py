"""Draw how probable it is that a network is born dead, against its bounds."""

import matplotlib.pyplot as plt

from dlse.results.figures import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WIDTH,
    save_figure,
)
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

COLORS = (VERMILION, ORANGE, GREEN, SKY, BLUE, PURPLE, BLACK)


def plot(metrics: str, png: str, svg: str) -> None:
    """Estimates with Wilson intervals over depth, a color a width; the bounds as bands."""
    table = read_table(metrics).to_pandas()
    table = table[(table.variant == "birth") & table.depth.notna()]
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.4))
    for color, (width, rows) in zip(COLORS * 5, table.groupby("width")):  # noqa: B905
        values = rows.pivot(index="depth", columns="metric", values="value")
        for axes in (left, right):
            axes.fill_between(
                values.index, values.lower_bound, values.upper_bound,
                color=color, alpha=0.18, linewidth=0,
            )  # fmt: skip
            for bound in ("lower_bound", "upper_bound"):
                axes.plot(values[bound], color=color, linestyle="--", linewidth=0.8)
            middle = values.born_dead_probability
            error = (
                (middle - values.born_dead_low).clip(lower=0),
                (values.born_dead_high - middle).clip(lower=0),
            )
            axes.errorbar(
                values.index, middle, error, color=color, fmt="o", markersize=2.8, elinewidth=1,
                label=f"{width:.0f}",
            )  # fmt: skip
    left.set(ylabel="probability of being born dead", title="Linear scale", ylim=(0, 1))
    right.set(yscale="log", title="Logarithmic scale", ylim=(1e-5, 1.3), xlim=(1.5, None))
    right.legend(title="width", ncols=3, loc="lower right", columnspacing=0.8, handletextpad=0.1)
    for axes in (left, right):
        axes.set_xlabel("hidden layers")
        axes.xaxis.get_major_locator().set_params(integer=True)
    networks = int(table[table.metric == "networks"].value.max())
    note = (
        f"He normal, no biases; {networks:,} networks a width. Bars: 95 %; bands: theory's bounds."
    )
    save_figure(fig, "none", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
