"""Draw the figure of the nearest neighbors."""

import matplotlib.pyplot as plt

from dlse.results.figures import BLUE, WIDTH, draw_figure, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def accuracy(metrics: str, png: str, svg: str) -> None:
    """Test accuracy over the number of neighbors."""
    rows = read_table(metrics).to_pandas().sort_values("neighbors")
    fig, axes = plt.subplots(figsize=(WIDTH, 2.6))
    axes.plot(rows.neighbors, 100 * rows.value, color=BLUE, marker="o")
    axes.set(xlabel="neighbors", ylabel="test accuracy (%)", xticks=rows.neighbors)
    best = rows.loc[rows.value.idxmax()]
    title = f"The test accuracy is largest with k = {best.neighbors:g}: {100 * best.value:.1f} %"
    note = "Nothing is trained, nothing is random."
    save_figure(fig, title, rows.dataset.iloc[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(snakemake, {"neighbors": accuracy})
