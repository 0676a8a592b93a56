"""Draw the figure of the benchmark."""

import matplotlib.pyplot as plt
import pandas as pd

from dlse.results.figures import (
    BLUE,
    THRESHOLD,
    WIDTH,
    counted,
    draw_figure,
    rounded,
    save_figure,
    save_not_measured,
)
from dlse.results.timing import ratios_table
from dlse.studies.benchmark.names import LINE_NAMES, PEER_NAMES
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

# Headings of the peers that nothing but their code sets apart, and of the others.
SAME, OTHER = (
    "The same computation by other code",
    "Another network or recipe, up to the same error",
)


def ratios(table: dict, png: str, svg: str) -> None:
    """The CPU seconds of each peer as a multiple of those of our code, one row per peer. `table`
    is what `shown_table` found; its path is None if nothing has been measured."""
    if table["path"] is None:
        save_not_measured(png, svg)
        return
    found = read_table(table["path"]).to_pandas()
    lines = ratios_table(found)
    is_other = lines.peer.isin(PEER_NAMES)
    groups = [(SAME, lines[~is_other]), (OTHER, lines[is_other])]
    groups = [(heading, of) for heading, of in groups if len(of)]
    fig, panels = plt.subplots(
        len(groups), 1, figsize=(WIDTH, 0.28 * len(lines) + 0.25 * len(groups) + 1.1), sharex=True,
        height_ratios=[len(of) + 0.4 for _, of in groups], squeeze=False,
    )  # fmt: skip
    for axes, (heading, of) in zip(panels[:, 0], groups, strict=True):
        places = range(len(of), 0, -1)
        labels = [
            LINE_NAMES[line.variant]
            + (f" to {100 * line.accuracy:g} %" if line.variant == "cnn" else "")
            + (f", d = {line.dim:g}" if line.variant == "wgan" else "")
            + f":\n{PEER_NAMES.get(line.peer, line.peer)}"
            for line in of.itertuples()
        ]
        axes.hlines(places, of.smallest_ratio, of.largest_ratio, color=BLUE, alpha=0.5, lw=4)
        axes.plot(of.ratio, places, "o", color=BLUE)
        for place, line in zip(places, of.itertuples(), strict=True):
            axes.annotate(
                f"{rounded(line.ratio)} ×", (line.largest_ratio, place), (7, 0), va="center",
                textcoords="offset points", bbox={"color": "white", "pad": 0.5},
            )  # fmt: skip
        axes.axvline(1, **THRESHOLD)
        axes.set(xscale="log", ylim=(0.4, len(of) + 0.6), title=heading)
        axes.set_yticks(list(places), labels, fontsize=7)
        axes.grid(visible=False, axis="y")
    axes.set_xlabel("CPU seconds of the peer / CPU seconds of our code")
    low, high = axes.get_xlim()
    axes.set_xlim(low, 1.8 * high)  # room for the last number
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
    save_figure(fig, ratios_message(lines.ratio), images, note, png, svg)


def ratios_message(ratios: pd.Series) -> str:
    """How many peers take more CPU seconds than our code, from the median ratios."""
    slower, n = int((ratios > 1).sum()), len(ratios)
    extremes = f"{rounded(ratios.min())} to {rounded(ratios.max())}"
    return (
        f"{slower} of {counted(n, 'peer')} take more CPU seconds than our code ({extremes} times)"
    )


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(snakemake, {"benchmark": ratios})
