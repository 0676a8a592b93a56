"""The style of all figures, and how they are drawn and saved."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

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
        "axes.axisbelow": True,
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


def draw_figure(job, figures: Mapping[str, Callable[..., None]]) -> None:
    """Draw the figure of the rule `plot_<name>`: call `figures[name]` with the inputs, params
    (except the fingerprint) and outputs of the Snakemake `job` as keyword arguments."""
    params = {name: value for name, value in job.params.items() if name != "code"}
    figures[job.rule.removeprefix("plot_")](**job.input, **params, **job.output)


def counted(n: int, noun: str) -> str:
    """ "1 network", "2 networks"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


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


def save_figure(fig: Figure, dataset: str | list[str], note: str, png: str, svg: str) -> None:
    """Save `fig` as PNG and SVG, with the names of its data sets and a `note` below it. The note says
    what n counts. The name of a stand-in data set is bold and red.
    """
    datasets = [dataset] if isinstance(dataset, str) else dataset
    warns = any(map(is_stand_in, datasets))
    names = "; ".join(map(display_name, datasets))
    text = f"Data: {names}.{chr(10) if warns else ' '}{note}"
    color, weight = (VERMILION, "bold") if warns else (GRAY, "normal")
    fig.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=color, fontweight=weight)
    for path, metadata in ((png, {"Software": None}), (svg, {"Date": None})):
        with whole_file(path) as beside:
            fig.savefig(beside, format=Path(path).suffix[1:], metadata=metadata)
        fig.set_layout_engine("none")  # the second file keeps the layout of the first
    plt.close(fig)


def save_not_measured(png: str, svg: str) -> None:
    """Save a figure that says that the benchmark has not been run."""
    fig, axes = plt.subplots(figsize=(WIDTH, 1.0))
    axes.text(0.5, 0.5, "not measured yet: `snakemake benchmark`", ha="center", color=GRAY)
    axes.set_axis_off()
    save_figure(fig, "none", "", png, svg)
