"""Draw the figures of task 2."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dlse.results.claims import percent
from dlse.results.figures import (
    BLACK,
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    draw_figure,
    label_log_axis,
    listed,
    save_figure,
)
from dlse.results.rows import rows_of
from dlse.studies.dying_relu.claims import BIRTH, birth_table, outcomes, sizes
from dlse.studies.dying_relu.names import variant_name
from dlse.studies.dying_relu.runge import GOOD, RUNGE
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job

CURVES = 6  # functions drawn per outcome
OUTCOMES = {
    "collapsed": ("dead or collapsed", VERMILION),
    "one_sided": ("constant on one side", ORANGE),
    "coarse": (f"coarse: error ≥ {100 * GOOD:g} %", BLUE),
    "good": (f"good: error < {100 * GOOD:g} %", GREEN),
}
SHARES = {
    "born_dead": ("born dead", ORANGE, "s"),
    "collapsed": ("collapsed after training", VERMILION, "o"),
}
READ = "born_dead collapsed one_sided good rel_l2"  # the metrics of networks that are drawn
WIDTH_COLORS = (VERMILION, ORANGE, GREEN, SKY, BLUE, PURPLE, BLACK)


def training(metrics: str, functions: list[str], shown: str, png: str, svg: str) -> None:
    """What becomes of the networks of the variant `shown`: one panel of functions per outcome,
    and the distribution of the errors below them."""
    found, outcome, size = _networks(metrics, shown)
    n = len(outcome)
    fig = plt.figure(figsize=(WIDTH, 3.9))
    panels = fig.subplot_mosaic([list("abcd"), list("eeee")], height_ratios=(1, 1))
    for key, (name, (title, color)) in zip("abcd", OUTCOMES.items(), strict=True):
        axes, chosen = panels[key], np.flatnonzero(outcome == name)
        drawn = chosen[:: max(1, len(chosen) // CURVES)][:CURVES]
        _draw_functions(axes, _functions_at(functions, drawn), color)
        share = f"{100 * len(chosen) / n:.1f} % of networks"
        axes.set_title(f"{title}\n{share}", fontsize=8, color=color)
        if key != "a":
            axes.set(ylabel="", yticklabels=[])
    errors = 100 * found.rel_l2
    edges = np.geomspace(max(errors.min() * 0.95, 0.1), errors.max() * 1.02, 60)
    titles, colors = zip(*OUTCOMES.values(), strict=True)
    axes = panels["e"]
    by_outcome = [errors[outcome == name] for name in OUTCOMES]
    axes.hist(by_outcome, bins=edges, stacked=True, color=colors, label=titles)
    axes.set(xscale="log", xlabel="relative L² error (%)", ylabel="networks")
    axes.set_title("Errors after training")
    label_log_axis(axes.xaxis, edges[0], edges[-1])
    axes.axvline(100 * GOOD, **THRESHOLD)
    _, truth = RUNGE.test()
    constant = 100 * float((truth - truth.mean()).norm() / truth.norm())
    axes.annotate(
        "the best constant", (constant, axes.get_ylim()[1] * 0.9), (-6, 0),
        textcoords="offset points", ha="right", va="top", fontsize=8, color=GRAY,
    )  # fmt: skip
    note = (
        f"{n:,} ReLU networks, {size.depth:.0f} hidden layers of {size.width:.0f}; dashed: the "
        f"function.\nAt the top, at most {CURVES} networks of each outcome."
    )
    title = outcomes_message(np.mean(outcome == "collapsed"), np.mean(outcome == "good"))
    save_figure(fig, title, size.dataset, note, png, svg)


def outcomes_message(collapsed: float, good: float) -> str:
    """What becomes of the networks, from the shares of two outcomes."""
    return (
        f"{100 * collapsed:.1f} % of the networks end dead or collapsed to a constant, "
        f"{100 * good:.1f} % learn the function to {100 * GOOD:g} %"
    )


def overview(axes: Axes, metrics: str, functions: list[str], shown: str) -> tuple[str, str]:
    """Draw a network that died or collapsed and one that learned, for the overview. Returns its
    message and the name of the data set."""
    _, outcome, size = _networks(metrics, shown)
    for name, label in (("collapsed", "collapsed"), ("good", "learned")):
        color = OUTCOMES[name][1]
        drawn = np.flatnonzero(outcome == name)[:1]
        _draw_functions(axes, _functions_at(functions, drawn), color, label)
    axes.lines[0].set_label("Runge function")
    axes.legend(loc="upper left", fontsize=7, handlelength=1.5)
    collapsed, good = (f"{100 * np.mean(outcome == name):.1f} %" for name in ("collapsed", "good"))
    message = f"{collapsed} of these ReLU networks die or collapse, {good} learn the function"
    return message, size.dataset


def _networks(metrics: str, shown: str) -> tuple[pd.DataFrame, np.ndarray, pd.Series]:
    """What became of the networks of the variant `shown`, the outcome of each, and their size."""
    rows = rows_of(metrics, "dying_relu", READ)
    found = outcomes(rows, shown)
    outcome = np.select(
        [found.collapsed == 1, found.one_sided == 1, found.good == 1],
        ["collapsed", "one_sided", "good"],
        "coarse",
    )
    return found, outcome, sizes(rows).loc[shown]


def _functions_at(paths: list[str], chosen: np.ndarray) -> list[np.ndarray]:
    """The functions of the networks with the numbers `chosen`, counted through the files. Only they
    are read: the functions of 100,000 networks take 400 MB."""
    blocks = [load_array(path, "r") for path in paths]
    ends = np.cumsum([len(block) for block in blocks])
    of = np.searchsorted(ends, chosen, side="right")
    return [blocks[b][number - ends[b]] for b, number in zip(of, chosen, strict=True)]


def _draw_functions(
    axes: Axes, values: list[np.ndarray], color: str, label: str | None = None
) -> None:
    """The functions of networks, with `values` at the test points, and the Runge function."""
    x, truth = RUNGE.test()
    axes.plot(x, truth, color=BLACK, linewidth=1, linestyle="--")
    for index, of_network in enumerate(values):
        style = {"color": color, "linewidth": 1, "alpha": 0.8}
        axes.plot(x, of_network, label=None if index else label, **style)
    axes.set(xlabel="x", ylabel="f(x)", ylim=(-0.25, 1.1))


def birth(metrics: str, png: str, svg: str) -> None:
    """The probability of being born dead over depth, one color per width: estimates with Wilson
    intervals, and the bounds as bands."""
    table = birth_table(rows_of(metrics, "dying_relu", BIRTH))
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2))
    for color, (width, rows) in zip(WIDTH_COLORS * 5, table.groupby("width")):  # noqa: B905
        values = rows.droplevel("width")
        middle = values.born_dead_probability
        below = (middle - values.born_dead_low).clip(lower=0)
        above = (values.born_dead_high - middle).clip(lower=0)
        for axes in (left, right):
            bounds = (values.lower_bound, values.upper_bound)
            axes.fill_between(values.index, *bounds, color=color, alpha=0.18, linewidth=0)
            for bound in bounds:
                axes.plot(bound, color=color, linestyle="--", linewidth=0.8)
            axes.errorbar(
                values.index, middle, (below, above), color=color, fmt="o", markersize=2.8,
                elinewidth=1, label=f"{width:.0f}",
            )  # fmt: skip
    left.set(ylabel="probability of being born dead", title="Linear scale", ylim=(0, 1))
    right.set(yscale="log", title="Logarithmic scale", ylim=(1e-5, 1.3), xlim=(1.5, None))
    right.legend(title="width", ncols=3, loc="lower right", columnspacing=0.8, handletextpad=0.1)
    for axes in (left, right):
        axes.set_xlabel("hidden layers")
        axes.xaxis.get_major_locator().set_params(integer=True)
    networks = int(table.networks.max())
    note = f"He normal, no biases; {networks:,} networks per width. Bars: 95 %; bands: theory."
    title = birth_message(table.born_dead_probability)
    save_figure(fig, title, "none", note, png, svg)


def birth_message(probabilities: pd.Series) -> str:
    """How the probability of being born dead, indexed by width and depth, depends on them."""
    table = probabilities.unstack("depth").sort_index().sort_index(axis=1)
    deeper, wider = table.diff(axis=1).iloc[:, 1:], table.diff().iloc[1:]
    if (
        deeper.size
        and wider.size
        and not ((deeper < 0).any(axis=None) or (wider > 0).any(axis=None))
    ):
        return "The deeper and the narrower a network is, the more often it is born dead"
    low, high = (100 * probabilities.agg(end) for end in ("min", "max"))
    return (
        f"Between {low:.1f} and {high:.1f} % of the networks of one width and depth are born dead"
    )


def remedies(metrics: str, shown: str, png: str, svg: str) -> None:
    """The network `shown` and its remedies. Left: shares born dead and collapsed, with Wilson
    intervals. Right: median and 5–95 % range of the errors of all networks, dead ones included."""
    rows = rows_of(metrics, "dying_relu", READ)
    about = sizes(rows)
    learned = about.index[about.dataset == "runge function"]
    variants = list(dict.fromkeys([shown, *learned]))
    fig, (left, right) = plt.subplots(
        1, 2, figsize=(WIDTH, 1.1 + 0.21 * len(variants)), sharey=True
    )
    counts, names, collapsed = [], [], []
    for place, variant in enumerate(variants):
        found, (_, width, depth) = outcomes(rows, variant), about.loc[variant]
        counts.append(len(found))
        names.append(variant_name(variant, shown, width, depth))
        collapsed.append(found.collapsed.mean())
        for shift, (name, (label, color, marker)) in zip(
            (-0.14, 0.14), SHARES.items(), strict=True
        ):
            share = percent(found[name])
            error = [[max(0, share.value - share.low)], [max(0, share.high - share.value)]]
            left.errorbar(
                share.value, place + shift, xerr=error, color=color, fmt=marker, markersize=4,
                label=None if place else label,
            )  # fmt: skip
        low, middle, high = 100 * np.quantile(found.rel_l2, (0.05, 0.5, 0.95))
        style = {"linewidth": 3, "alpha": 0.35, "solid_capstyle": "butt"}
        right.plot([low, high], [place, place], color=BLUE, **style)
        right.plot(middle, place, "o", color=BLUE)
    left.set_yticks(range(len(variants)), names)
    left.invert_yaxis()
    left.set(xlabel="share of networks (%)", xlim=(-2, None), title="Dead networks")
    left.legend(loc="center right", bbox_to_anchor=(1.0, 0.55))
    right.set(xscale="log", xlabel="relative L² error (%)", title="Error: median, 5–95 %")
    label_log_axis(right.xaxis, *right.get_xlim())
    right.axvline(100 * GOOD, **THRESHOLD)
    right.annotate(
        f"{100 * GOOD:g} %", (100 * GOOD, 1.0), (2, -1), xycoords=("data", "axes fraction"),
        va="top", textcoords="offset points", fontsize=8, color=GRAY,
    )  # fmt: skip
    few, many = min(counts), max(counts)
    n = f"{few:,}" if few == many else f"{few:,} to {many:,}"
    note = f"{n} networks each; bars on the left: 95 % intervals (Wilson)."
    title = remedies_message(names, collapsed)
    save_figure(fig, title, "runge function", note, png, svg)


def remedies_message(names: list[str], collapsed: list[float]) -> str:
    """Which remedies leave no network collapsed, from the shares. The first is the network that
    they are to mend."""
    (plain, *remedies), (first, *shares) = names, collapsed
    found = f"{100 * first:.1f} % of the networks collapse with {plain}"
    if not remedies:
        return found
    if not first:
        return f"No network collapses with {plain}; there is nothing to mend"
    none = [name for name, share in zip(remedies, shares, strict=True) if not share]
    if len(none) > 4:
        return f"{found}, and none with {len(none)} of {len(remedies)} changes"
    if none:
        return f"{found}, and none with {listed(none, 'or')}"
    least = int(np.argmin(shares))
    share = f"{100 * shares[least]:.1f} %"
    return f"{found}; of the changes, {remedies[least]} has the smallest share: {share}"


if __name__ == "__main__":
    with job(snakemake.log[0]):
        figures = {
            "dying_relu": training,
            "dying_relu_birth": birth,
            "dying_relu_remedies": remedies,
        }
        draw_figure(snakemake, figures)
