"""The style of all figures, and how they are drawn and saved."""

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from dlse.results.curves import add_facts
from dlse.results.labels import display_name, is_stand_in
from dlse.workflow.whole_files import whole_file

# The colors of Okabe & Ito: distinct for color-blind readers, and by their lightness in grayscale.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
GRAY = "#666666"
THRESHOLD = {"color": GRAY, "linestyle": ":", "linewidth": 1.2}
THEORY = {"color": BLACK, "linestyle": "--", "linewidth": 1.2}

WIDTH = 6.5  # inches: the text width of the report
TITLE_CHARACTERS = 11.5  # of a figure's title, per inch
TITLE_LINE = 0.18  # inches: its height

plt.rcParams.update(
    {
        "figure.constrained_layout.use": True,
        "figure.dpi": 100,
        "savefig.dpi": 200,
        "font.size": 9,
        "axes.titlesize": 9,
        "axes.labelsize": 8.5,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.6,
        "lines.linewidth": 1.6,
        "lines.markersize": 4.5,
        "legend.frameon": False,
        "legend.fontsize": 8,
        "svg.hashsalt": "dlse",
        "svg.fonttype": "path",
    }
)


def draw_figure(job, figures: Mapping[str, Callable[..., None]]) -> None:
    """Draw the figure of the rule `plot_<name>`: call `figures[name]` with the inputs, params
    (except the fingerprint) and outputs of the Snakemake `job` as keyword arguments."""
    params = {name: value for name, value in job.params.items() if name != "code"}
    figures[job.rule.removeprefix("plot_")](**job.input, **params, **job.output)


def counted(n: int, noun: str) -> str:
    """ "1 network", "2 networks"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "A", "A and B", "A, B and C"."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def rounded(value: float) -> str:
    """`value` with two significant digits or all of its integer ones: "0.0061", "2.4", "273"."""
    if abs(value) >= 10:
        return f"{value:,.0f}"
    return np.format_float_positional(value, 2, unique=False, fractional=False, trim="-")


def wrapped(text: str, characters: int) -> list[str]:
    """`text` in as few lines of so many `characters` as it needs, of about equal length.
    A percent sign stays with its number."""
    text = text.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = textwrap.wrap(text, characters)
    while len(lines) > 1 and len(narrower := textwrap.wrap(text, characters - 1)) == len(lines):
        lines, characters = narrower, characters - 1
    return lines


def say(axes: Axes, text: str) -> None:
    """Say in `axes` why there is nothing to draw."""
    axes.text(0.5, 0.5, text, ha="center", va="center", color=GRAY, transform=axes.transAxes)
    axes.set_axis_off()


def label_log_axis(axis: Axis, low: float, high: float) -> None:
    """Label a logarithmic axis from `low` to `high` at round numbers: 1, 2 and 5 times powers of
    ten, or more numbers if these are too few. There are minor ticks at every digit."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in ((1, 2, 5), (1, 2, 3, 5), (1, 1.5, 2, 3, 4, 5, 7), range(1, 10)):
        ticks = [m * 10.0**d for d in decades for m in digits if low <= m * 10.0**d <= high]
        if len(ticks) > 2:
            break
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(FixedLocator([m * 10.0**d for d in decades for m in range(1, 10)]))
    axis.set_minor_formatter(NullFormatter())


def power_label(value: float) -> str:
    """The label of a tick at `value`: 0.01, but 10⁻⁵ and 2.5 · 10⁻⁵."""
    if value == 0 or value >= 1e-3:
        return f"{value:g}"
    digits, power = f"{value:e}".split("e")
    factor = "" if float(digits) == 1 else rf"{float(digits):g} \cdot "
    return f"${factor}10^{{{int(power)}}}$"


def save_figure(
    fig: Figure, title: str, dataset: str | list[str], note: str, png: str, svg: str
) -> None:
    """Save `fig` as PNG and SVG. The `title` above it is the message of the figure, a sentence that
    is true of what is drawn; one without a title has such sentences above its panels. A legend of
    the whole figure is in one line below the title. Below the panels are the names of the data
    sets, and a `note` that says what n counts. The name of a stand-in data set is bold and red.
    """
    lines = wrapped(title, round(TITLE_CHARACTERS * fig.get_figwidth()))
    for legend in fig.legends:
        lines.append(" ")
        legend.set_loc("upper left")
        legend.set_bbox_to_anchor((0, 1 - (len(lines) - 1) * TITLE_LINE / fig.get_figheight()))
    if lines:
        fig.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=10, fontweight="bold")
    datasets = [dataset] if isinstance(dataset, str) else dataset
    warns = any(map(is_stand_in, datasets))
    names = "; ".join(map(display_name, datasets))
    text = f"Data: {names}.{chr(10) if warns else ' '}{note}"
    color, weight = (VERMILION, "bold") if warns else (GRAY, "normal")
    fig.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=color, fontweight=weight)
    for path, metadata in ((png, {"Software": None}), (svg, {"Date": None})):
        with whole_file(path) as beside:
            fig.savefig(beside, format=Path(path).suffix[1:], metadata=metadata)
            if path == svg:
                add_facts(fig, beside)
        fig.set_layout_engine("none")  # the second file keeps the layout of the first
    plt.close(fig)
