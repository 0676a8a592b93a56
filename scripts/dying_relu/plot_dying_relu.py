"""Draw what becomes of the assignment's narrow, deep network: its outcomes and its errors."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.figures import (
    BLACK,
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    THRESHOLD,
    VERMILION,
    WIDTH,
    label_log_axis,
    save_figure,
)  # fmt: skip
from dlse.studies.dying_relu.runge import PROBLEMS
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

SHOWN = 6  # functions of each outcome
OUTCOMES = {
    "collapsed": ("dead or collapsed", VERMILION),
    "one_sided": ("constant on one side", ORANGE),
    "coarse": ("coarse: error ≥ 5 %", BLUE),
    "good": ("good: error < 5 %", GREEN),
}


def plot(
    metrics: str, functions: list[str], variant: str, function: str, png: str, svg: str
) -> None:
    """Of one variant, which learned `function`: four panels of functions, one for each outcome,
    above the distribution of errors."""
    table = read_table(metrics).to_pandas()
    table = table[table.variant == variant]
    found = table[table.seed.notna()].pivot(index="seed", columns="metric", values="value")
    values = np.concatenate([load_array(path) for path in functions])
    n = len(found)
    outcome = np.select(
        [found.collapsed == 1, found.one_sided == 1, found.good == 1],
        ["collapsed", "one_sided", "good"],
        "coarse",
    )
    problem = PROBLEMS[function]
    x, truth = problem.test()
    fig = plt.figure(figsize=(WIDTH, 4.6))
    panels = fig.subplot_mosaic([list("abcd"), list("eeee")], height_ratios=(1, 1.1))
    for axes, (name, (title, color)) in zip(
        (panels[key] for key in "abcd"), OUTCOMES.items(), strict=True
    ):
        chosen = np.flatnonzero(outcome == name)
        axes.plot(x, truth, color=BLACK, linewidth=1, linestyle="--")
        for index in chosen[:: max(1, len(chosen) // SHOWN)][:SHOWN]:
            axes.plot(x, values[index], color=color, linewidth=1, alpha=0.8)
        axes.set_title(f"{title}\n{len(chosen) / n:.1%} of networks", fontsize=8.5, color=color)
        axes.set(xlabel="x", ylim=(-0.25, 1.1))
        if axes is not panels["a"]:
            axes.set_yticklabels([])
    panels["a"].set_ylabel("f(x)")
    errors = 100 * found.rel_l2
    edges = np.geomspace(max(errors.min() * 0.95, 0.1), errors.max() * 1.02, 60)
    axes = panels["e"]
    axes.hist(
        [errors[outcome == name] for name in OUTCOMES], bins=edges, stacked=True,
        color=[color for _, color in OUTCOMES.values()],
        label=[title for title, _ in OUTCOMES.values()],
    )  # fmt: skip
    axes.set(xscale="log", xlabel="relative L² error (%)", ylabel="networks",
             title="Errors after training")  # fmt: skip
    label_log_axis(axes.xaxis, edges[0], edges[-1])
    axes.axvline(5, **THRESHOLD)
    constant = 100 * float((truth - truth.mean()).norm() / truth.norm())
    axes.annotate(
        "the best constant", (constant, axes.get_ylim()[1] * 0.9), (-6, 0),
        textcoords="offset points", ha="right", va="top", fontsize=8, color=GRAY,
    )  # fmt: skip
    width, depth = int(table.width.iloc[0]), int(table.depth.iloc[0])
    note = f"{n:,} ReLU networks, {depth} hidden layers of {width}; dashed: the function."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(
            metrics=snakemake.input.metrics,
            functions=list(snakemake.input.functions),
            variant=snakemake.params.variant,
            function=snakemake.params.function,
            **snakemake.output,
        )
