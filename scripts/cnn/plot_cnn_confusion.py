"""Draw the confusion matrix of the CNNs."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dlse.results.figures import save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import dataset_of, read_table


def plot(metrics: str, predictions: str, png: str, svg: str) -> None:
    """Test images by label and prediction, mean over the seeds; the mistakes carry color."""
    table = read_table(predictions).to_pandas()
    n = table.seed.nunique()
    classes = {"index": range(10), "columns": range(10), "fill_value": 0}
    counts = pd.crosstab(table.label, table.predicted).reindex(**classes).to_numpy() / n
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    fig, axes = plt.subplots(figsize=(4.6, 4.2))
    image = axes.imshow(mistakes, cmap="YlOrBr")
    for row, column in np.ndindex(counts.shape):
        value = counts[row, column]
        if value:
            dark = mistakes[row, column] > 0.6 * mistakes.max()
            axes.text(
                column, row, f"{value:.0f}" if row == column else f"{value:.1f}",
                ha="center", va="center", fontsize=7, color="white" if dark else "black",
                fontweight="bold" if row == column else "normal",
            )  # fmt: skip
    axes.set(xticks=range(10), yticks=range(10), xlabel="predicted class", ylabel="true class")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    fig.colorbar(image, label="mistakes (images)", shrink=0.8)
    note = f"Mean over {n} networks; {len(table) // n:,} test images."
    save_figure(fig, dataset_of(metrics), note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
