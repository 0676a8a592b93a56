"""How every figure looks, and how it is saved."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from dlse.files import whole_file

# Okabe & Ito's colors: distinct for color-blind readers, and in gray by their lightness.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
GRAY = "#666666"
THRESHOLD = {"color": GRAY, "linestyle": ":", "linewidth": 1.2}
THEORY = {"color": BLACK, "linestyle": "--", "linewidth": 1.2}

WIDTH = 6.5  # inches: the text width of the report

plt.rcParams.update(
    {
        "figure.constrained_layout.use": True,
        "figure.dpi": 100,
        "savefig.dpi": 200,
        "font.size": 9,
        "axes.titlesize": 9.5,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.6,
        "lines.linewidth": 1.6,
        "lines.markersize": 4.5,
        "legend.frameon": False,
        "legend.fontsize": 8.5,
        "svg.hashsalt": "dlse",
        "svg.fonttype": "path",
    }
)


def save_figure(fig: Figure, dataset: str, note: str, png: str, svg: str) -> None:
    """Save `fig` as PNG and SVG, with the data set and `note` (what n counts) below it.

    A stand-in data set is named in bold red, so that no figure can be taken for another.
    """
    is_stand_in = "stand-in" in dataset
    text = f"Data: {'scikit-learn ' if is_stand_in else ''}{dataset}. {note}"
    color, weight = (VERMILION, "bold") if is_stand_in else (GRAY, "normal")
    fig.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=color, fontweight=weight)
    for path, metadata in ((png, {"Software": None}), (svg, {"Date": None})):
        with whole_file(path) as beside:
            fig.savefig(beside, format=Path(path).suffix[1:], metadata=metadata)
    plt.close(fig)
