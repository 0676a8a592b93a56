"""Draw the test errors of all methods on the oscillatory function, and where they sit."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.figures import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    THRESHOLD,
    VERMILION,
    WIDTH,
    label_log_axis,
    save_figure,
)  # fmt: skip
from dlse.studies.regularization.names import METHOD_NAMES
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

PARTS = {
    "left": ("left part", GREEN),
    "jump": ("jump cell", VERMILION),
    "right": ("right part", BLUE),
}


def plot(metrics: str, png: str, svg: str) -> None:
    """Left: every network's error, and that of the mean over a noise seed's networks. Right:
    the mean squares that the parts of the interval add."""
    table = read_table(metrics).to_pandas()
    table = table[table.seed.notna()]
    trained = dict.fromkeys(table.variant)
    methods = [m for m in METHOD_NAMES if m in trained]
    variants = [*methods, *(v for v in trained if v not in METHOD_NAMES)]
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.5), width_ratios=(3, 2), sharey=True)
    for place, variant in enumerate(variants):
        rows = table[table.variant == variant]
        for shift, metric, color, marker in (
            (-0.16, "rel_l2", BLUE, "o"), (0.2, "rel_l2_of_mean", ORANGE, "s"),
        ):  # fmt: skip
            errors = 100 * rows[rows.metric == metric].value
            if not len(errors):
                continue
            jitter = 0.12 * np.sin(np.arange(len(errors)) * 2.4)
            left.plot(errors, place + shift + jitter, ".", color=color, markersize=1.5, alpha=0.5)
            left.plot(
                errors.median(), place + shift, marker, color=color, markeredgecolor="white",
                markersize=6, label=None if place else
                {"rel_l2": "one network", "rel_l2_of_mean": "mean of a noise seed's"}[metric],
            )  # fmt: skip
            share = 100 * (errors < 5).mean()
            left.annotate(
                f"{share:.0f} %", (1, place + shift), (-2, 0), textcoords="offset points",
                xycoords=("axes fraction", "data"), ha="right", va="center", fontsize=7.5,
                color=color,
            )  # fmt: skip
        start = 0.0
        for part, (label, color) in PARTS.items():
            square = float((100 * rows[rows.metric == f"rel_l2_{part}"].value).pow(2).median())
            right.barh(place, square, left=start, color=color, height=0.55,
                       label=None if place else label)  # fmt: skip
            start += square
    left.set_yticks(range(len(variants)), [METHOD_NAMES.get(v, v) for v in variants])
    left.set_ylim(len(variants) + 0.4, -0.6)  # room for the legend
    left.set(xscale="log", xlabel="relative L² error (%)", title="Test error, and share below 5 %")
    low, high = left.get_xlim()
    left.set_xlim(low, high * 1.35)
    label_log_axis(left.xaxis, *left.get_xlim())
    left.axvline(5, **THRESHOLD)
    left.legend(loc="lower center", fontsize=7.5, ncols=2, columnspacing=1, handletextpad=0.2)
    right.set(xlabel="squared error (%²), medians", title="Where it sits", xlim=(0, 60))
    right.axvline(25, **THRESHOLD)
    right.annotate("5 %", (25, 1), (2, -1), xycoords=("data", "axes fraction"), va="top",
                   textcoords="offset points", fontsize=8, color=GRAY)  # fmt: skip
    right.legend(loc="upper right", fontsize=7.5, bbox_to_anchor=(1.0, 0.93))
    seeds = table.seed.nunique()
    networks = int(table.initialization_seed.nunique())
    note = (
        f"{seeds} noise seeds, {networks} networks for each; {OSCILLATORY.points} points, noise of "
        f"deviation {OSCILLATORY.sigma:g}."
    )
    save_figure(fig, "oscillatory function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
