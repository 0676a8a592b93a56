"""Draw the figure of the benchmark."""

import matplotlib.pyplot as plt

from dlse.results.figures import (
    BLUE,
    THRESHOLD,
    WIDTH,
    draw_figure,
    save_figure,
    save_not_measured,
)
from dlse.results.timing import ratios_table
from dlse.studies.benchmark.names import LINE_NAMES, PEER_NAMES
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def ratios(table: dict, png: str, svg: str) -> None:
    """The CPU seconds of each peer as a multiple of those of our code, one row per peer. `table`
    is what `shown_table` found; its path is None if nothing has been measured."""
    if table["path"] is None:
        save_not_measured(png, svg)
        return
    found = read_table(table["path"]).to_pandas()
    lines = ratios_table(found)
    places = range(len(lines), 0, -1)
    labels = [
        LINE_NAMES[line.variant]
        + (f" to {100 * line.accuracy:g} %" if line.variant == "cnn" else "")
        + (f", d = {line.dim:g}" if line.variant == "wgan" else "")
        + f":\n{PEER_NAMES.get(line.peer, line.peer)}"
        for line in lines.itertuples()
    ]
    fig, axes = plt.subplots(figsize=(WIDTH, 3.2))
    axes.hlines(places, lines.smallest_ratio, lines.largest_ratio, color=BLUE, alpha=0.5, lw=4)
    axes.plot(lines.ratio, places, "o", color=BLUE)
    axes.axvline(1, **THRESHOLD)
    axes.set(xscale="log", ylim=(0.4, len(lines) + 0.6), xlabel="multiple of our CPU seconds")
    axes.set_yticks(list(places), labels, fontsize=8)
    axes.grid(visible=False, axis="y")
    axes.set_xticks(
        [0.5, 1, 2, 5, 10, 30, 100, 300], ["½", "1", "2", "5", "10", "30", "100", "300"]
    )
    axes.minorticks_off()
    images = found[found.variant == "pca"].dataset.iloc[0]
    rounds = int(found.rounds.max())
    note = (
        f"One thread. Median and extremes of up to {rounds} runs; if training a peer takes "
        "minutes, it ran once,\nand the extremes are those of our runs. Our CNN and "
        "autoencoder: bfloat16 where it is in hardware."
    )
    save_figure(fig, images, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(snakemake, {"benchmark": ratios})
