"""Draw the figures of task 3."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.figures import (
    BLACK,
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    THRESHOLD,
    VERMILION,
    WIDTH,
    draw_figure,
    label_log_axis,
    power_label,
    save_figure,
)
from dlse.studies.regularization.claims import REQUIRED, share_that_passes
from dlse.studies.regularization.names import METHOD_NAMES
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

DATASET = "oscillatory function"
ERRORS = (  # metric, label, shift, color, marker
    ("rel_l2", "one network", -0.16, BLUE, "o"),
    ("rel_l2_of_mean", "mean of a noise seed's", 0.2, ORANGE, "s"),
)
PARTS = {
    "left": ("left part", GREEN),
    "jump": ("jump cell", VERMILION),
    "right": ("right part", BLUE),
}


def errors(metrics: str, png: str, svg: str) -> None:
    """Left: the error of each network, and of the mean of each noise seed's networks. Right: the
    mean squares that the parts of the interval contribute."""
    table = read_table(metrics).to_pandas()
    table = table[table.seed.notna()]
    trained = dict.fromkeys(table.variant)
    methods = [m for m in METHOD_NAMES if m in trained]
    variants = [*methods, *(v for v in trained if v not in METHOD_NAMES)]
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.5), width_ratios=(3, 2), sharey=True)
    for place, variant in enumerate(variants):
        rows = table[table.variant == variant]
        values = {metric: 100 * group.value for metric, group in rows.groupby("metric")}
        for metric, label, shift, color, marker in ERRORS:
            if metric not in values:
                continue
            found, y = values[metric], place + shift
            jitter = 0.12 * np.sin(np.arange(len(found)) * 2.4)
            left.plot(found, y + jitter, ".", color=color, markersize=1.5, alpha=0.5)
            left.plot(
                found.median(), y, marker, color=color, markeredgecolor="white", markersize=6,
                label=None if place else label,
            )  # fmt: skip
            left.annotate(
                f"{share_that_passes(found):.0f} %", (1, y), (-2, 0), textcoords="offset points",
                xycoords=("axes fraction", "data"), ha="right", va="center", fontsize=7.5,
                color=color,
            )  # fmt: skip
        start = 0.0
        for part, (label, color) in PARTS.items():
            square = values[f"rel_l2_{part}"].pow(2).median()
            style = {"color": color, "label": None if place else label}
            right.barh(place, square, left=start, height=0.55, **style)
            start += square
    left.set_yticks(range(len(variants)), [METHOD_NAMES.get(v, v) for v in variants])
    left.set_ylim(len(variants) + 0.4, -0.6)  # leaves room for the legend
    left.set(xscale="log", xlabel="relative L² error (%)")
    left.set_title(f"Test error, and share below {REQUIRED:g} %")
    low, high = left.get_xlim()
    left.set_xlim(low, high * 1.35)
    label_log_axis(left.xaxis, *left.get_xlim())
    left.axvline(REQUIRED, **THRESHOLD)
    left.legend(loc="lower center", fontsize=7.5, ncols=2, columnspacing=1, handletextpad=0.2)
    right.set(xlabel="squared error (%²), medians", title="Where it comes from", xlim=(0, 60))
    right.axvline(REQUIRED**2, **THRESHOLD)
    right.annotate(
        f"{REQUIRED:g} %", (REQUIRED**2, 1), (2, -1), xycoords=("data", "axes fraction"),
        va="top", textcoords="offset points", fontsize=8, color=GRAY,
    )  # fmt: skip
    right.legend(loc="upper right", fontsize=7.5, bbox_to_anchor=(1.0, 0.93))
    seeds, networks = table.seed.nunique(), table.initialization_seed.nunique()
    note = (
        f"Noise seeds: {seeds}; networks per noise seed: {networks}; {OSCILLATORY.points} points, "
        f"noise of deviation {OSCILLATORY.sigma:g}."
    )
    save_figure(fig, DATASET, note, png, svg)


def fits(
    metrics: str,
    functions: list[str],
    methods: list[str],
    noise_seeds: list[int],
    png: str,
    svg: str,
) -> None:
    """One row per method: the network of median error, on the whole interval and around the
    jump. The `functions` are those of the networks of the `noise_seeds`, one file per method."""
    table = read_table(metrics).to_pandas()
    table = table[(table.metric == "rel_l2") & table.seed.isin(noise_seeds)]
    x, truth = (tensor.numpy() for tensor in OSCILLATORY.test())
    points = OSCILLATORY.x().numpy()
    fig, panels = plt.subplots(
        len(methods), 2, figsize=(WIDTH, 1.5 * len(methods)), width_ratios=(3, 1), sharex="col",
        squeeze=False,
    )  # fmt: skip
    for (whole, near), method, path in zip(panels, methods, functions, strict=True):
        values = load_array(path)  # [noise seeds, initializations, test points]
        rows = table[table.variant == method]
        row = rows.iloc[(rows.value - rows.value.median()).abs().argmin()]
        seed, k = int(row.seed), int(row.initialization_seed)
        fitted = values[noise_seeds.index(seed), k]
        data = OSCILLATORY.data([seed])[0].numpy()
        for axes in (whole, near):
            axes.plot(x, truth, color=GRAY, linewidth=2.2, alpha=0.5, label="function")
            axes.plot(x, fitted, color=BLUE, linewidth=1.1, label="network")
            axes.plot(points, data, ".", color=BLACK, markersize=3, label="data")
        whole.set_title(f"{METHOD_NAMES[method]}: {100 * row.value:.2f} %", fontsize=9)
        whole.set_ylabel("f(x)")
        near.set(xlim=(-0.25, 0.25), yticklabels=[])
        near.set_title("around the jump", fontsize=9)
    panels[0, 0].legend(ncols=3, loc="upper right", fontsize=7.5)
    for axes in panels[-1]:
        axes.set_xlabel("x")
    note = "For each method, the network with the median test error in its block of noise seeds."
    save_figure(fig, DATASET, note, png, svg)


def choice(choice: str, png: str, svg: str) -> None:
    """One panel per method: the geometric mean of the held-out error with its standard error for
    each strength and network. A circle marks the chosen one."""
    table = read_table(choice).to_pandas()
    methods = list(dict.fromkeys(table.method))
    fig, panels = plt.subplots(
        1, len(methods), figsize=(WIDTH, 3.0), sharey=True, squeeze=False
    )  # fmt: skip
    for axes, method in zip(panels[0], methods, strict=True):
        rows = table[table.method == method]
        strengths = sorted(rows.strength.unique())
        networks = rows.groupby(["width", "depth", "steps"], sort=False)
        for shift, ((width, depth, steps), group), color, marker in zip(
            np.linspace(-0.12, 0.12, len(networks)), networks, (BLUE, ORANGE, GREEN, PURPLE),
            "os^D", strict=False,
        ):  # fmt: skip
            logs = (np.log(group.error) / 2).groupby(group.strength)
            middle, spread = logs.mean(), logs.std() / np.sqrt(logs.size())
            mean, low, high = np.exp(middle), np.exp(middle - spread), np.exp(middle + spread)
            places = np.arange(len(mean)) + shift
            axes.errorbar(
                places, mean, [mean - low, high - mean], color=color, fmt=marker + "-",
                markersize=3.5, linewidth=1, label=f"{depth} × {width}, {steps:,}",
            )  # fmt: skip
            chosen = group[group.chosen]
            if len(chosen):
                place = strengths.index(chosen.strength.iloc[0])
                axes.plot(
                    places[place], mean.iloc[place], "o", color=VERMILION, markersize=10,
                    markerfacecolor="none", markeredgewidth=1.6,
                )  # fmt: skip
        axes.set_title(METHOD_NAMES[method], fontsize=9)
        axes.set_xticks(range(len(strengths)), [power_label(s) for s in strengths], fontsize=8)
        axes.set_xlim(-0.5, len(strengths) - 0.5)
        axes.set_xlabel("rate" if method == "dropout" else "λ")
        axes.legend(fontsize=6.5, loc="upper left", handlelength=1)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.3 * (high - low))  # leaves room for the legends of all panels
    panels[0, 0].set_ylabel("held-out error")
    units = len(table[["noise_seed", "fold"]].drop_duplicates())
    note = (
        f"Geometric mean (root mean square) of {units} networks ± one standard error; "
        "circle: chosen."
    )
    save_figure(fig, DATASET, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        figures = {
            "regularization": errors,
            "regularization_fits": fits,
            "regularization_choice": choice,
        }
        draw_figure(snakemake, figures)
