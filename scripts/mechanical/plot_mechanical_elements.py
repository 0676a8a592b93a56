"""Draw how near the elements come to the finest mesh, and the default one to published energies."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from dlse.results.figures import (
    BLACK,
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    label_log_axis,
    save_figure,
)  # fmt: skip
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

COLORS = {"P1": SKY, "P2": BLUE, "Q1": ORANGE, "Q1R": VERMILION, "S2R": PURPLE, "Q2": GREEN}


def plot(metrics: str, element: str, png: str, svg: str) -> None:
    """Left: energy over the unknowns. Middle: the same over CPU seconds. Right: the simulated
    blocks, one by one, where published energies are there."""
    table = read_table(metrics).to_pandas()
    wide = table[table.variant == "element"].pivot_table(
        index=["element", "refinement"], columns="metric", values="value", sort=False
    )
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.7))
    for axes, column in ((left, "unknowns"), (middle, "cpu_seconds")):
        for name, of_element in wide.groupby(level="element", sort=False):
            differences = 100 * of_element.difference_from_finest
            nonzero = differences > 0  # the finest mesh itself has none
            if nonzero.any():
                axes.plot(of_element[column][nonzero], differences[nonzero], "o-", label=name,
                          color=COLORS[name])  # fmt: skip
        if not axes.lines:
            _say(axes, "one mesh only:\nnothing to compare with")
            continue
        axes.set(xscale="log", yscale="log")
        low, high = axes.get_xlim()
        if high < 50 * low:  # else matplotlib's powers of ten are enough
            label_log_axis(axes.xaxis, low, high)
    left.set(xlabel="unknowns", ylabel="mean |difference| of energy (%)", title="Mesh convergence")
    left.tick_params(axis="x", labelsize=7.5)
    if left.lines:
        left.legend(loc="lower left", fontsize=7, ncols=2, handlelength=1, columnspacing=0.6)
    middle.set(xlabel="CPU s a block", title="What it costs")
    published = 100 * table[table.metric == "published_difference"]
    if len(published):
        last = published[published.load_step == published.load_step.max()].value
        right.hist(last, bins=40, color=BLUE)
        right.axvline(last.mean(), color=BLACK, lw=1.2)
        right.axvline(0, **THRESHOLD)
        right.set(xlabel="from published (%)", ylabel="blocks",
                  title=f"{element}, {len(last):,} blocks")  # fmt: skip
    else:
        _say(right, "no published energies\nhere to compare with")
    blocks = table[(table.variant == "element") & (table.metric == "energies")].image.nunique()
    images = table.dataset.iloc[0]
    note = f"Left and middle: last step, n = {blocks}, against the finest mesh."
    save_figure(fig, images, note, png, svg)


def _say(axes: Axes, text: str) -> None:
    """Why there is nothing to draw."""
    axes.text(0.5, 0.5, text, ha="center", va="center", color=GRAY, transform=axes.transAxes)
    axes.set_axis_off()


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, element=snakemake.params.element, **snakemake.output)
