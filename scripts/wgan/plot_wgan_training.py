"""Draw the critic's loss, the penalty and the headline of tasks 6 and 7 along the training."""

import matplotlib.pyplot as plt
import pandas as pd

from dlse.results.figures import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    THRESHOLD,
    WIDTH,
    label_log_axis,
    save_figure,
)
from dlse.studies.wgan.cost import ACCURACY
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

ROWS = (
    ("critic_gap", None, "critic's gap", BLUE, 1),
    ("penalty", None, "penalty", PURPLE, 1),
    ("headline", "raw", "last weights", ORANGE, 100),
    ("headline", "averaged", "averaged weights", GREEN, 100),
)


def plot(curves: str, runs: list[str], png: str, svg: str) -> None:
    """Columns: the tasks, with just enough noise dimensions. Median and 5–95 %."""
    table = read_table(curves).to_pandas()
    fig, panels = plt.subplots(3, len(runs), figsize=(WIDTH, 5.0), sharex="col")
    for column, run in zip(panels.T, runs, strict=True):
        of_run = _shown(table[table.variant == run])
        for axes, (metric, split, label, color, unit) in zip(
            (*column, column[2]), ROWS, strict=True
        ):
            chosen = of_run[of_run.metric == metric]
            if split is not None:
                chosen = chosen[chosen.split == split]
            bands = unit * chosen.groupby("step").value.quantile([0.05, 0.5, 0.95]).unstack()
            axes.plot(bands[0.5], color=color, label=label)
            axes.fill_between(bands.index, bands[0.05], bands[0.95], color=color, alpha=0.2, lw=0)
        column[2].set_yscale("log")
        label_log_axis(column[2].yaxis, *column[2].get_ylim())
        column[2].axhline(100 * ACCURACY, **THRESHOLD)
        column[2].set_xlabel("generator step")
        dim, noise_dim = of_run[["dim", "noise_dim"]].iloc[0].astype(int)
        seeds = of_run.seed.nunique()
        column[0].set_title(f"{dim} dimensions, noise of {noise_dim}, {seeds} seeds", fontsize=9)
        column[0].axhline(0, **THRESHOLD)
    for axes, label in zip(
        panels[:, 0], ("critic's gap", "penalty", "headline (% of σ)"),
        strict=True,
    ):  # fmt: skip
        axes.set_ylabel(label)
    panels[2, -1].legend(fontsize=7.5, loc="lower left")
    note = "Median and 5–95 %; gap and penalty of one batch, before λ; dotted: no gap, and 5 %."
    save_figure(fig, "uniform", note, png, svg)


def _shown(of_run: pd.DataFrame) -> pd.DataFrame:
    """The runs with the fewest noise dimensions that suffice, or the most where none does."""
    noise_dims = of_run.noise_dim.unique()
    enough = noise_dims[noise_dims >= of_run.dim.iloc[0]]
    return of_run[of_run.noise_dim == (min(enough) if len(enough) else max(noise_dims))]


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(snakemake.input.curves, snakemake.params.runs, **snakemake.output)
