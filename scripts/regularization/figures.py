"""Draw the figures of task 3."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.figures import (
    BLACK,
    BLUE,
    GRAY,
    GREEN,
    THEORY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    counted,
    draw_figure,
    label_log_axis,
    listed,
    power_label,
    save_figure,
)
from dlse.studies.regularization.estimates import REQUIRED, share_that_passes, unregularized
from dlse.studies.regularization.measures import NEAR_ZERO
from dlse.studies.regularization.names import (
    INTERPOLATION,
    METHOD_NAMES,
    VARIANT_NAMES,
    trained,
)
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

DATASET = "oscillatory function"
STYLES = ((BLACK, "o"), (BLUE, "s"), (GREEN, "^"), (VERMILION, "D"))  # of the methods
NEAR = 0.25  # of the jump, in x: what its own panel shows
PARTS = {
    "left": ("left part", GREEN),
    "jump": ("jump cell", VERMILION),
    "right": ("right part", BLUE),
}


def errors(metrics: str, png: str, svg: str) -> None:
    """Left: the error of each network. Right: the squares that the parts of the interval
    contribute."""
    table = read_table(metrics).to_pandas()
    table = table[table.seed.notna() & table.split.isna()]
    variants = [*trained(table.variant), INTERPOLATION]
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2), width_ratios=(3, 2), sharey=True)
    for y, variant in enumerate(variants):
        rows = table[table.variant == variant]
        values = {metric: 100 * group.value for metric, group in rows.groupby("metric")}
        found = values["rel_l2"]
        jitter = 0.22 * np.sin(np.arange(len(found)) * 2.4)
        style = {"markersize": 1.5, "alpha": 0.5, "rasterized": True}
        left.plot(found, y + jitter, ".", color=BLUE, **style)
        left.plot(found.median(), y, "o", color=BLUE, markeredgecolor="white", markersize=6)
        left.annotate(
            f"{share_that_passes(found):.0f} %", (1, y), (-2, 0), textcoords="offset points",
            xycoords=("axes fraction", "data"), ha="right", va="center", fontsize=7.5, color=BLUE,
        )  # fmt: skip
        start = 0.0
        for part, (label, color) in PARTS.items():
            square = values[f"rel_l2_{part}"].pow(2).median()
            style = {"color": color, "label": None if y else label}
            right.barh(y, square, left=start, height=0.55, **style)
            start += square
    left.set_yticks(range(len(variants)), [VARIANT_NAMES.get(v, v) for v in variants])
    left.set_ylim(len(variants) - 0.4, -0.6)
    left.set(xscale="log", xlabel="relative L² error (%)")
    left.set_title(f"Test error, and share below {REQUIRED:g} %")
    low, high = left.get_xlim()
    left.set_xlim(low, high * 1.35)
    label_log_axis(left.xaxis, *left.get_xlim())
    left.axvline(REQUIRED, **THRESHOLD)
    right.set(xlabel="squared error (%²), medians", title="Where it comes from")
    right.margins(x=0.12)
    right.axvline(REQUIRED**2, **THRESHOLD)
    right.annotate(
        f"{REQUIRED:g} %", (REQUIRED**2, 1), (2, -1), xycoords=("data", "axes fraction"),
        va="top", textcoords="offset points", fontsize=8, color=GRAY,
    )  # fmt: skip
    handles, labels = right.get_legend_handles_labels()
    fig.legend(handles, [f"error of the {label}" for label in labels], ncols=len(labels))
    seeds, networks = table.seed.nunique(), table.initialization_seed.nunique()
    note = (
        f"Noise seeds: {seeds}; networks per noise seed: {networks}; {OSCILLATORY.points} points, "
        f"noise of deviation {OSCILLATORY.sigma:g}.\nLarge dots: medians."
    )
    medians = 100 * table[table.metric == "rel_l2"].groupby("variant").value.median()
    save_figure(fig, errors_message(medians), DATASET, note, png, svg)


def errors_message(medians: pd.Series) -> str:
    """Which variant has the lowest median error, in percent, beside its control."""
    best = medians.idxmin()
    name = VARIANT_NAMES.get(best, best).replace("none", "no regularization")
    found = f"{name[0].upper()}{name[1:]} has the lowest median error, {medians[best]:.2f} %"
    control = unregularized(best) if best in VARIANT_NAMES else best
    if control == best or control not in medians:
        return found
    return f"{found}; the same network without regularization has {medians[control]:.2f} %"


def fits(
    metrics: str,
    functions: list[str],
    variants: list[str],
    noise_seeds: list[int],
    png: str,
    svg: str,
) -> None:
    """One pair of panels per variant: the network of median error, on the whole interval and around
    the jump. The `functions` are those of the networks of the `noise_seeds`, one file per
    variant."""
    table = read_table(metrics).to_pandas()
    table = table[table.seed.isin(noise_seeds) & table.variant.isin(variants)]
    networks = table.pivot(
        index=["variant", "seed", "initialization_seed"], columns="metric", values="value"
    )
    x, truth = (tensor.numpy() for tensor in OSCILLATORY.test())
    points = OSCILLATORY.x().numpy()
    pairs = min(2, len(variants))  # beside one another
    fig, panels = plt.subplots(
        -(-len(variants) // pairs), 2 * pairs, figsize=(WIDTH, 0.45 * len(variants) + 1.2),
        width_ratios=(5, 2) * pairs, sharex="col", sharey=True, squeeze=False,
    )  # fmt: skip
    for axes in panels.flat[2 * len(variants) :]:
        axes.set_axis_off()
    jump_is_largest = []
    for (whole, near), variant, path in zip(
        panels.reshape(-1, 2), variants, functions, strict=False
    ):
        values = load_array(path)  # [noise seeds, initializations, test points]
        rows = networks.loc[variant]
        seed, k = (rows.rel_l2 - rows.rel_l2.median()).abs().idxmin()
        of = rows.loc[seed, k]
        jump_is_largest.append(of.rel_l2_jump > max(of.rel_l2_left, of.rel_l2_right))
        fitted = values[noise_seeds.index(int(seed)), int(k)]
        data = OSCILLATORY.data([int(seed)])[0].numpy()
        for axes, end in ((whole, np.pi), (near, NEAR)):
            shown, inside = np.abs(x) <= end, np.abs(points) <= end
            axes.plot(
                x[shown], truth[shown], color=GRAY, linewidth=2.2, alpha=0.5, label="function"
            )
            axes.plot(x[shown], fitted[shown], color=BLUE, linewidth=1.1, label="network")
            axes.plot(points[inside], data[inside], ".", color=BLACK, markersize=2, label="data")
        whole.set_title(f"{VARIANT_NAMES[variant]}: {100 * of.rel_l2:.2f} %", fontsize=8)
        near.set_title("at the jump", fontsize=8)
    for axes in panels[:, 0]:
        axes.set_ylabel("f(x)")
    for axes in panels[-1]:
        axes.set_xlabel("x")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, ncols=3)
    note = "For each variant, the network with the median test error in its block of noise seeds."
    save_figure(fig, fits_message(jump_is_largest), DATASET, note, png, svg)


def fits_message(jump_is_largest: list[bool]) -> str:
    """In how many of the drawn networks the jump is where most of the error is."""
    found, n = sum(jump_is_largest), len(jump_is_largest)
    part = "the cell of the jump has the largest part of the error"
    return f"In {found} of {counted(n, 'network')} of median error, {part}"


def choice(metrics: str, png: str, svg: str) -> None:
    """One column per variant with several strengths, from its control to the strongest. The error
    at held-out points, what is left at the other points, the norm of the weights and the share of
    those near zero. A circle marks the chosen strength."""
    table = read_table(metrics).to_pandas()
    table = table[table.split == "choice"]
    strengths = table.dropna(subset="strength").groupby("variant").strength.nunique()
    variants = [v for v in trained(strengths.index) if strengths[v] > 1] or [*strengths.index]
    of_weights = {  # metric: label, factor
        "residual": ("left at\ndata", 1),
        "weight_norm": ("norm of\nweights", 1),
        "near_zero": ("near\nzero (%)", 100),
    }
    fig, panels = plt.subplots(
        4, len(variants), figsize=(WIDTH, 4.2), sharex="col", sharey="row", squeeze=False,
        height_ratios=(2, 1, 1, 1), width_ratios=[strengths[v] + 1.5 for v in variants],
    )  # fmt: skip
    at_least = []
    for column, variant in zip(panels.T, variants, strict=True):
        rows = table[table.variant.isin([variant, unregularized(variant)])]
        shown = sorted(rows.strength.dropna().unique())
        of = {metric: group.assign(place=group.strength.map(shown.index))
              for metric, group in rows[rows.strength.notna()].groupby("metric")}  # fmt: skip
        logs = np.log(of["held_out"].value).groupby(of["held_out"].place)
        mean, low, high = (
            np.exp(logs.mean() + sign * logs.sem().fillna(0)) for sign in (0, -1, 1)
        )  # fmt: skip
        style = {"color": BLUE, "markersize": 4, "linewidth": 1}
        column[0].errorbar(mean.index, mean, [mean - low, high - mean], fmt="o-", **style)
        own = rows[rows.variant == variant]
        chosen = own[own.metric == "chosen_strength"].value.iloc[0]
        at_least.append(chosen == own.strength.min())
        column[0].plot(
            shown.index(chosen), mean[shown.index(chosen)], "o", color=VERMILION, markersize=10,
            markerfacecolor="none", markeredgewidth=1.6,
        )  # fmt: skip
        for axes, (metric, (_, factor)) in zip(column[1:], of_weights.items(), strict=True):
            values = factor * of[metric].value
            axes.plot(of[metric].place, values, ".", color=BLUE, markersize=1.5, rasterized=True)
            axes.plot(values.groupby(of[metric].place).median(), color=BLUE, linewidth=1)
        for axes in column[:2]:
            axes.axhline(OSCILLATORY.sigma, **THEORY)
        column[0].set_title(VARIANT_NAMES[variant], fontsize=8.5)
        column[-1].set_xticks(
            range(len(shown)), [power_label(s) for s in shown], fontsize=7, rotation=45
        )
        column[-1].set_xlabel("rate" if variant.startswith("dropout") else "λ")
    panels[0, 0].set(yscale="log", ylabel="held-out error")
    label_log_axis(panels[0, 0].yaxis, *panels[0, 0].get_ylim())
    panels[1, 0].set_yscale("log")
    for axes, (label, _) in zip(panels[1:, 0], of_weights.values(), strict=True):
        axes.set_ylabel(label)
    fig.align_ylabels(panels[:, 0])
    note = (
        f"Above: geometric mean over {table.seed.nunique()} noise seeds ± one standard error; "
        "circle: chosen; 0: the control.\nBelow: networks (dots) and medians (lines). Dashed: the "
        f"deviation of the noise. Near zero: below {NEAR_ZERO:g}."
    )
    several = at_least if strengths.max() > 1 else []
    save_figure(fig, choice_message(several), DATASET, note, png, svg)


def choice_message(at_least: list[bool]) -> str:
    """How often the least strength was chosen, of the variants with several candidates."""
    if not at_least:
        return "Every variant has one candidate: nothing was chosen"
    how = (
        f"In {sum(at_least)} of {len(at_least)} choices" if not all(at_least) else "In every choice"
    )
    return f"{how}, the least of the strengths that were tried was taken"


def jump(metrics: str, png: str, svg: str) -> None:
    """One panel per recipe: the median error of each method, and of linear interpolation, against
    the place of the jump in its cell. The bands hold the middle half of the networks."""
    table = read_table(metrics).to_pandas()
    table = table[table.metric == "rel_l2"].assign(value=100 * table.value)
    variants = trained(table.variant)
    recipes = sorted({variant.split("_")[1] for variant in variants})
    fig, panels = plt.subplots(
        1, len(recipes), figsize=(WIDTH, 2.9), sharey=True, squeeze=False
    )  # fmt: skip
    styles = dict(zip(METHOD_NAMES, itertools.cycle(STYLES)))
    for axes, recipe in zip(panels[0], recipes, strict=True):
        for variant in variants:
            method, of_recipe = variant.split("_")
            if of_recipe != recipe:
                continue
            color, marker = styles[method]
            of = table[table.variant == variant].groupby("place").value
            axes.fill_between(
                of.median().index, of.quantile(0.25), of.quantile(0.75), color=color, alpha=0.15,
                linewidth=0,
            )  # fmt: skip
            axes.plot(of.median(), marker + "-", color=color, label=METHOD_NAMES[method])
        line = table[table.variant == INTERPOLATION].groupby("place").value
        axes.plot(line.median(), **THEORY, label=INTERPOLATION)
        axes.axhline(REQUIRED, **THRESHOLD)
        axes.set(xlabel="place of the jump in its cell", title=f"recipe: {recipe}")
    panels[0, 0].set_ylabel("relative L² error (%)")
    legend = [axes.get_legend_handles_labels()[::-1] for axes in panels[0]]
    handles = {label: h for labels, hs in legend for label, h in zip(labels, hs, strict=True)}
    fig.legend(handles.values(), handles, ncols=len(handles))
    note = "Medians, and the middle half of the networks; the assignment's jump is at 0.5."
    medians = table.groupby(["variant", "place"]).value.median()
    save_figure(fig, jump_message(medians.groupby("place").min()), DATASET, note, png, svg)


def jump_message(lowest: pd.Series) -> str:
    """At which places of the jump in its cell, the index, the lowest median error is small."""
    below = (lowest < REQUIRED).to_numpy()
    if below.all() or not below.any():
        every, some = ("every", "some") if below.all() else ("no", "any")
        return (
            f"At {every} place of the jump in its cell, {some} median error is below {REQUIRED:g} %"
        )
    at = listed([f"{place:g}" for place in lowest.index[below]], "or")
    return f"Every median error is {REQUIRED:g} % or more unless the jump is at {at} of its cell"


if __name__ == "__main__":
    with job(snakemake.log[0]):
        figures = {
            "regularization": errors,
            "regularization_fits": fits,
            "regularization_choice": choice,
            "regularization_jump": jump,
        }
        draw_figure(snakemake, figures)
