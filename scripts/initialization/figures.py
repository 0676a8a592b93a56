"""Draw the figures of task 4."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.results.figures import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    THEORY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    counted,
    draw_figure,
    label_log_axis,
    rounded,
    save_figure,
)
from dlse.studies.initialization.claims import (
    OPTIMIZERS,
    REQUIRED,
    median_error,
    seed_errors,
)
from dlse.studies.initialization.measures import reference_errors
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

COLORS = (VERMILION, ORANGE, BLUE, GREEN)
TOLERATED = 1.25  # factor between a second moment and theory that still agrees with it


def errors(metrics: str, png: str, svg: str) -> None:
    """The median test error over depth, for each optimizer, with its interval over seeds."""
    table = read_table(metrics).to_pandas()
    trained = table[table.metric == "test_rel_l2"]
    names = list(dict.fromkeys(trained.variant))
    depths = sorted(int(depth) for depth in trained.depth.unique())
    fig, panels = plt.subplots(1, len(OPTIMIZERS), figsize=(WIDTH, 3.2), sharey=True)
    shifts = np.linspace(-0.25, 0.25, len(names))
    for axes, (optimizer, shown) in zip(panels, OPTIMIZERS.items(), strict=True):
        for name, color, marker, shift in zip(
            names, COLORS * 2, itertools.cycle("os"), shifts, strict=False
        ):
            of = [
                median_error(seed_errors(table, "test_rel_l2", optimizer, f"^{name}$", depth))
                for depth in depths
            ]
            median, low, high, _ = map(np.array, zip(*of, strict=True))
            ends = np.nan_to_num([median - low, high - median])
            style = {"color": color, "marker": marker, "linewidth": 1.2, "capsize": 2}
            at = np.array(depths) + shift
            axes.errorbar(at, median, ends, label=INITIALIZATION_NAMES[name], **style)
        _draw_references(axes, is_named=axes is panels[-1])
        axes.set(title=f"{shown}", xlabel="hidden layers", xticks=depths, yscale="log")
    panels[0].set_ylabel("test error (%)")
    label_log_axis(panels[0].yaxis, *panels[0].get_ylim())
    note = f"Medians with 95 % intervals over {counted(trained.seed.nunique(), 'seed')}."
    title = "Test error at the end of training, by depth"
    _save_with_legend(fig, panels[0], title, trained.dataset.iloc[0], note, png, svg)


def curves(curves: str, png: str, svg: str) -> None:
    """The training error over the steps, for each optimizer (rows) and for the least, a middle
    and the greatest depth (columns): median and 5–95 % of the seeds."""
    table = read_table(curves).to_pandas()
    depths = sorted(table.depth.unique())
    depths = sorted({depths[0], depths[len(depths) // 2], depths[-1]})
    names = list(dict.fromkeys(table.variant))
    fig, panels = plt.subplots(
        len(OPTIMIZERS), len(depths), figsize=(WIDTH, 4.0), sharex=True, sharey=True, squeeze=False
    )
    halved = []  # one table per panel: the step at which each initialization is below 50 %
    for row, (optimizer, shown) in zip(panels, OPTIMIZERS.items(), strict=True):
        for axes, depth in zip(row, depths, strict=True):
            halved.append({})
            here = table[(table.optimizer == optimizer) & (table.depth == depth)]
            for name, color, line in zip(
                names, COLORS * 2, itertools.cycle(("-", "--")), strict=False
            ):
                # A network that has diverged counts as 100 %.
                by_step = here[here.variant == name].set_index("step").value.clip(upper=1.0)
                by_step = by_step.groupby(level=0)
                low, median, high = (100 * by_step.quantile(q) for q in (0.05, 0.5, 0.95))
                halved[-1][name] = min(median.index[median < 50], default=np.inf)
                style = {"linestyle": line, "linewidth": 1.3, "label": INITIALIZATION_NAMES[name]}
                axes.plot(median, color=color, **style)
                axes.fill_between(low.index, low, high, color=color, alpha=0.15, linewidth=0)
            _draw_references(axes, is_named=axes is row[-1])
            axes.set(xscale="log", yscale="log")
            axes.set_title(f"{shown}, {depth:.0f} layers", fontsize=9)
        row[0].set_ylabel("training error (%)")
        label_log_axis(row[0].yaxis, *row[0].get_ylim())
    for axes in panels[-1]:
        axes.set_xlabel("step")
    note = f"Median and 5–95 % of {counted(table.seed.nunique(), 'network')} each."
    title = curves_message(halved)
    _save_with_legend(fig, panels[0, 0], title, table.dataset.iloc[0], note, png, svg)


def curves_message(halved: list[dict[str, float]]) -> str:
    """Whether He's networks halve the training error first. halved: for each panel, the step at
    which the median of each initialization is first below 50 %."""
    first, n = 0, len(halved)
    for steps in halved:
        he, xavier = (
            [step for name, step in steps.items() if name.startswith(family)]
            for family in ("he_", "xavier_")
        )
        if not (he and xavier):
            reached = sum(all(np.isfinite([*of.values()])) for of in halved)
            return f"In {reached} of {n} panels, every median training error falls below 50 %"
        first += max(he) < min(xavier)
    which = "in every panel" if first == n else f"in {first} of {n} panels"
    return f"He's median training errors fall below 50 % before Xavier's {which}"


def _draw_references(axes: Axes, is_named: bool) -> None:
    """A line at the test error of each function that needs no network, and one at 5 %, with their
    names at the right if they are to be named."""
    references = {name.replace("_", " "): 100 * e for name, e in reference_errors().items()}
    for name, error in (*references.items(), (f"{REQUIRED:g}\N{NO-BREAK SPACE}%", REQUIRED)):
        axes.axhline(error, **THRESHOLD)
        if is_named:
            axes.annotate(
                name, (1, error), (2, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", fontsize=7, color=GRAY, va="center",
            )  # fmt: skip


def _save_with_legend(
    fig: Figure, axes: Axes, title: str, dataset: str, note: str, png: str, svg: str
) -> None:
    """Draw one legend for all panels above them, and save the figure. `note` and the errors of the
    references explain it."""
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, ncols=len(labels))
    references = ", ".join(
        f"{name.replace('_', ' ')} {100 * error:.1f} %"
        for name, error in reference_errors().items()
    )
    note += f"\nDotted, test errors: {references}; see the text."
    save_figure(fig, title, dataset, note, png, svg)


def theory(metrics: str, png: str, svg: str) -> None:
    """The initializations before training, with theory as dashed lines. Over the layers of the
    deepest networks: the second moment of the values, and the gradient. Over depth: the gradient
    of the first layer."""
    table = read_table(metrics).to_pandas()
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.9))
    moments = table[table.metric == "second_moment"]
    factors = {}  # between the second moments and theory, at most
    names, deepest = list(dict.fromkeys(moments.variant)), int(moments.depth.max())
    for name, marker, color in zip(names, itertools.cycle("os"), COLORS * 2):
        rows = table[table.variant == name]
        of_deepest = rows[(rows.metric == "gradient_rms") & (rows.depth == deepest)]
        values = (
            rows[rows.metric == "second_moment"].set_index("layer").value,
            of_deepest.set_index("layer").value.loc[2:],  # The first layer has one input only.
            rows[rows.metric == "first_gradient_rms"].set_index("depth").value,
        )
        decay = 0.5 if name.startswith("xavier") else 1.0
        ratios = np.log(values[0] / values[0].iloc[0]) - np.log(decay) * (values[0].index - 1)
        if name.startswith(("xavier", "he_")):
            factors[name] = float(np.exp(np.abs(ratios).max()))
        style = {"color": color, "markersize": 3.5, "label": INITIALIZATION_NAMES[name]}
        for axes, series in zip((left, middle, right), values, strict=True):
            axes.plot(series / series.iloc[0], marker, **style)
    layers, depths = np.arange(1, deepest + 1), values[-1].index.to_numpy()
    left.plot(layers, 1.0 + 0 * layers, **THEORY, label="theory")
    left.plot(layers, 2.0 ** (1 - layers), **THEORY)
    middle.plot(layers[1:], 1.0 + 0 * layers[1:], **THEORY)
    right.plot(depths, 1.0 + 0 * depths, **THEORY)
    right.plot(depths, 2.0 ** ((depths[0] - depths) / 2), **THEORY)
    left.set(xlabel="layer", title="Second moment\nof the values")
    middle.set(xlabel="layer", title=f"Gradient, of layers\n(relative to 2nd; {deepest} layers)")
    right.set_title(f"Gradient, first layer\n(relative to {depths[0]:.0f} layers)")
    right.set_xlabel("hidden layers")
    for axes in (left, middle, right):
        axes.set_yscale("log", base=2)
        axes.xaxis.get_major_locator().set_params(integer=True)
    middle.set_ylim(2**-4, 2**4)
    handles, labels = left.get_legend_handles_labels()
    fig.legend(handles, labels, ncols=len(labels))
    width = int(table.width.dropna().iloc[0])
    note = f"Width {width}, no biases, before training. Gradients: root mean square over networks."
    save_figure(fig, theory_message(factors), "oscillatory function", note, png, svg)


def theory_message(factors: dict[str, float]) -> str:
    """What becomes of the second moments from layer to layer. factors: the largest ratio between
    them and theory, for each initialization that theory is about."""
    said = []
    if any(name.startswith("xavier") for name in factors):
        said.append("Xavier halves the second moment of the values")
    if any(name.startswith("he_") for name in factors):
        said.append("He keeps it" if said else "He keeps the second moment of the values")
    if not said:
        return "Second moments and gradients are measured before training"
    off = rounded(100 * (max(factors.values()) - 1))
    if max(factors.values()) > TOLERATED:
        return f"Before training, second moments depart from theory by up to {off} %"
    return f"From layer to layer, {' and '.join(said)}, to within {off} %"


if __name__ == "__main__":
    with job(snakemake.log[0]):
        figures = {
            "initialization": errors,
            "initialization_curves": curves,
            "initialization_theory": theory,
        }
        draw_figure(snakemake, figures)
