"""Draw the trail of the hyper-parameter search."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.results.figures import BLUE, GRAY, WIDTH, label_log_axis, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(search: str, hyperparameters: list[str], png: str, svg: str) -> None:
    """One panel a rung: validation error of each trial, best on top; the chosen one blue."""
    table = read_table(search).to_pandas()
    names = [name for name in hyperparameters if table[name].nunique() > 1]
    rungs = [rows for _, rows in table.groupby("rung")]
    heights = [len(rows) + 1.5 for rows in rungs]
    fig, panels = plt.subplots(
        len(rungs), 1, figsize=(WIDTH, 0.19 * sum(heights) + 0.7), sharex=True,
        height_ratios=heights, squeeze=False,
    )  # fmt: skip
    for axes, rows in zip(panels[:, 0], rungs, strict=True):
        place = np.arange(len(rows))
        error = 100 * (1 - rows.validation_accuracy)
        chosen = (rows.rung == table.rung.max()).to_numpy() & (place == 0)
        axes.hlines(place, 0.1, error, color="#dddddd", linewidth=0.8)
        axes.scatter(error, place, color=np.where(chosen, BLUE, GRAY), s=22, zorder=3)
        labels = [
            ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in row.items())
            for row in rows[names].to_dict("records")
        ]
        axes.set_yticks(place, labels, fontsize=7.5)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        first = rows.iloc[0]
        axes.set_title(
            f"Rung {first.rung + 1}: {len(rows)} trials of {first.epochs} epochs on "
            f"{first.train_images:,} images"
        )
    axes.set(xscale="log", xlabel="validation error (%)")
    low, high = (100 * (1 - table.validation_accuracy.agg(end)) for end in ("max", "min"))
    limits = max(low, 0.05) / 1.3, max(high, 0.1) * 1.3
    axes.set_xlim(limits)
    label_log_axis(axes.xaxis, *limits)
    note = "One network a trial; blue: chosen. No test image was looked at."
    save_figure(fig, table.dataset[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(
            **snakemake.input,
            hyperparameters=snakemake.params.hyperparameters,
            **snakemake.output,
        )
