"""Draw the training error of the initializations along the training."""

import matplotlib.pyplot as plt

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.results.figures import (
    BLUE,
    GREEN,
    ORANGE,
    THRESHOLD,
    VERMILION,
    WIDTH,
    label_log_axis,
    save_figure,
)
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(curves: str, png: str, svg: str) -> None:
    """Rows: optimizers; columns: the least, a middle and the greatest depth. Median and band
    of 5–95 % of the seeds."""
    table = read_table(curves).to_pandas()
    optimizers = list(dict.fromkeys(table.optimizer))
    depths = sorted(table.depth.unique())
    depths = sorted({depths[0], depths[len(depths) // 2], depths[-1]})
    names = list(dict.fromkeys(table.variant))
    fig, panels = plt.subplots(
        len(optimizers), len(depths), figsize=(WIDTH, 4.2), sharex=True, sharey=True, squeeze=False
    )
    for row, optimizer in zip(panels, optimizers, strict=True):
        for axes, depth in zip(row, depths, strict=True):
            for name, color, line in zip(
                names, (VERMILION, ORANGE, BLUE, GREEN) * 2, ("-", "--") * 4, strict=False
            ):
                chosen = table[
                    (table.optimizer == optimizer) & (table.depth == depth)
                    & (table.variant == name)
                ]  # fmt: skip
                by_step = 100 * chosen.groupby("step").value.quantile([0.05, 0.5, 0.95]).unstack()
                axes.plot(by_step[0.5], color=color, linestyle=line, linewidth=1.3,
                          label=INITIALIZATION_NAMES.get(name, name))  # fmt: skip
                axes.fill_between(by_step.index, by_step[0.05], by_step[0.95], color=color,
                                  alpha=0.15, linewidth=0)  # fmt: skip
            axes.axhline(10, **THRESHOLD)
            axes.set(xscale="log", yscale="log")
            label = {"sgd": "SGD", "adam": "Adam"}[optimizer]
            axes.set_title(f"{label}, {depth:.0f} layers", fontsize=9)
        row[0].set_ylabel("training error (%)")
        label_log_axis(row[0].yaxis, *row[0].get_ylim())
    for axes in panels[-1]:
        axes.set_xlabel("step")
    names = panels[0, 0].get_legend_handles_labels()
    fig.legend(*names, fontsize=8, loc="outside upper center", ncols=len(names[0]))
    n = int(table.seed.nunique())
    note = f"Median and 5–95 % of {n} networks each; dotted: 10 %."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
