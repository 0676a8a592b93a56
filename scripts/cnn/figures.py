"""Draw the figures of task 1."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dlse.images.dataset import load_dataset
from dlse.results.figures import (
    BLUE,
    GRAY,
    ORANGE,
    THRESHOLD,
    WIDTH,
    counted,
    draw_figure,
    label_log_axis,
    save_figure,
)
from dlse.studies.cnn.claims import ASKED, PUBLISHED
from dlse.workflow.job import job
from dlse.workflow.tables import dataset_of, read_table

MISTAKES = (3, 8)  # rows and columns of images in the figure of mistakes, at most


def accuracy(metrics: str, curves: str, png: str, svg: str) -> None:
    """Error rate and loss over epochs: median and range of the seeds."""
    table = read_table(curves).to_pandas()
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.9))
    _draw_error_rate(left, table)
    left.set_title("Images classified wrongly")
    _draw_over_epochs(right, table, "loss")
    right.set(ylabel="cross-entropy (nat)", yscale="log", title="Loss")
    label_log_axis(right.yaxis, *right.get_ylim())
    right.legend(loc="upper right")
    networks = counted(table.seed.nunique(), "network")
    note = f"Median (line) and range (band) of {networks}; none was chosen by its test error."
    save_figure(fig, "Accuracy and loss during training", table.dataset[0], note, png, svg)


def overview(axes: Axes, curves: str) -> tuple[str, str]:
    """Draw the error rate over epochs, for the overview. Returns its message and the name of the
    data set."""
    table = read_table(curves).to_pandas()
    _draw_error_rate(axes, table)
    axes.legend(loc="upper right", ncols=2, fontsize=7, borderaxespad=0.1)
    medians = _by_seed(table, "test", "accuracy").median(axis=1)
    end = f"{100 * medians.iloc[-1]:.2f} % after {counted(int(medians.index[-1]), 'epoch')}"
    return f"The CNN's median test accuracy is {end}", table.dataset[0]


def _draw_error_rate(axes: Axes, table: pd.DataFrame) -> None:
    """The error rate over epochs, with the accuracies to compare with."""
    _draw_over_epochs(axes, table, "accuracy")
    axes.set(ylabel="error rate (%)", yscale="log", ylim=(max(axes.get_ylim()[0], 0.03), None))
    label_log_axis(axes.yaxis, *axes.get_ylim())
    # The curves fall: above them there is room at the right, below them at the left.
    for percent, words, place, side, shift in (
        (ASKED, "asked", 1, "right", 2),
        (PUBLISHED, "An et al. 2020", 0.02, "left", -8.5),
    ):
        axes.axhline(100 - percent, **THRESHOLD)
        axes.annotate(
            f"{percent:g} % right, {words}", (place, 100 - percent), (0, shift), ha=side,
            textcoords="offset points", xycoords=("axes fraction", "data"), fontsize=7.5,
            clip_on=True,
        )  # fmt: skip


def _draw_over_epochs(axes: Axes, table: pd.DataFrame, metric: str) -> None:
    """The median and range of a metric on both parts; the error rate in percent for accuracy."""
    for split, color, marker in (("train", ORANGE, "s"), ("test", BLUE, "o")):
        by_seed = _by_seed(table, split, metric)
        if metric == "accuracy":
            by_seed = 100 * (1 - by_seed)
        low, high = by_seed.min(axis=1), by_seed.max(axis=1)
        axes.plot(by_seed.median(axis=1), color=color, marker=marker, label=split)
        axes.fill_between(by_seed.index, low, high, color=color, alpha=0.25, linewidth=0)
    axes.set_xlabel("epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)


def _by_seed(table: pd.DataFrame, split: str, metric: str) -> pd.DataFrame:
    """One row per epoch, one column per seed."""
    chosen = table[(table.split == split) & (table.metric == metric)]
    return chosen.pivot(index="step", columns="seed", values="value")


def trials(search: str, hyperparameters: list[str], png: str, svg: str) -> None:
    """One panel per rung: validation error of each trial, best on top; the chosen one is blue."""
    table = read_table(search).to_pandas()
    table = table[table.without == ""]
    names = [name for name in hyperparameters if table[name].nunique() > 1]
    rungs = [rows for _, rows in table.groupby("rung")]
    heights = [len(rows) + 1.5 for rows in rungs]
    fig, panels = plt.subplots(
        len(rungs), 1, figsize=(WIDTH, 0.16 * sum(heights) + 0.8), sharex=True,
        height_ratios=heights, squeeze=False,
    )  # fmt: skip
    for axes, rows in zip(panels[:, 0], rungs, strict=True):
        place = np.arange(len(rows))
        error = 100 * (1 - rows.validation_accuracy)
        chosen = (rows.rung == table.rung.max()).to_numpy() & (place == 0)
        for at, row in zip(place, rows.itertuples(), strict=True):
            each = [100 * len(images) / row.validation_images for images in row.missed]
            if len(each) > 1:
                axes.scatter(each, [at] * len(each), color=GRAY, s=22, marker="|", zorder=2.5)
        axes.hlines(place, 0.1, error, color="#dddddd", linewidth=0.8)
        axes.scatter(error, place, color=np.where(chosen, BLUE, GRAY), s=22, zorder=3)
        labels = [
            ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in row.items())
            for row in rows[names].to_dict("records")
        ]
        axes.set_yticks(place, labels, fontsize=7.5)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        first = rows.iloc[0]
        axes.set_title(
            f"Rung {first.rung + 1}: {counted(len(rows), 'trial')} × "
            f"{counted(len(first.missed), 'network')}, {counted(first.epochs, 'epoch')}, "
            f"{first.train_images:,} images"
        )
    axes.set(xscale="log", xlabel="validation error (%)")
    low, high = (100 * (1 - table.validation_accuracy.agg(end)) for end in ("max", "min"))
    limits = max(low, 0.05) / 1.3, max(high, 0.1) * 1.3
    axes.set_xlim(limits)
    label_log_axis(axes.xaxis, *limits)
    note = "Blue: chosen. Ticks: single networks of a mean. No test image was used."
    save_figure(fig, "Trials of the hyper-parameter search", table.dataset.iloc[0], note, png, svg)


def confusion(metrics: str, predictions: str, png: str, svg: str) -> None:
    """Test images by true and predicted class, mean over the seeds; color shows the mistakes."""
    table = read_table(predictions).to_pandas()
    n = table.seed.nunique()
    classes = {"index": range(10), "columns": range(10), "fill_value": 0}
    counts = pd.crosstab(table.label, table.predicted).reindex(**classes).to_numpy() / n
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    fig, axes = plt.subplots(figsize=(WIDTH, 3.2))
    image = axes.imshow(wrong, cmap="YlOrBr", aspect="auto")
    for row, column in np.ndindex(counts.shape):
        value = counts[row, column]
        if value:
            dark = wrong[row, column] > 0.6 * wrong.max()
            axes.text(
                column, row, f"{value:.0f}" if row == column else f"{value:.1f}",
                ha="center", va="center", fontsize=7, color="white" if dark else "black",
                fontweight="bold" if row == column else "normal",
            )  # fmt: skip
    axes.set(xticks=range(10), yticks=range(10), xlabel="predicted class", ylabel="true class")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    fig.colorbar(image, label="mistakes (images)", pad=0.01)
    note = f"Mean over {counted(n, 'network')}; {len(table) // n:,} test images."
    save_figure(fig, "Confusion matrix of the test images", dataset_of(metrics), note, png, svg)


def mistakes(images: str, labels: str, about: str, predictions: str, png: str, svg: str) -> None:
    """The images that most networks miss, those with the lowest mean probability of the true
    class first."""
    dataset = load_dataset(images, labels, about)
    table = read_table(predictions).to_pandas()
    n = table.seed.nunique()
    votes = table[table.label != table.predicted].groupby("index")  # of the networks that miss
    worst = votes.agg(
        label=("label", "first"),
        predicted=("predicted", lambda classes: classes.mode()[0]),
        wrong=("seed", "size"),
    )
    worst["probability"] = table.groupby("index").label_probability.mean()
    worst = worst.sort_values(["wrong", "probability"], ascending=[False, True])
    rows, columns = MISTAKES
    rows = min(rows, max(1, -(-len(worst) // columns)))
    fig, panels = plt.subplots(rows, columns, figsize=(WIDTH, 0.75 * rows + 0.65))
    for axes in panels.flat:
        axes.axis("off")
    for axes, (index, row) in zip(panels.flat, worst.iterrows(), strict=False):
        axes.imshow(dataset.images[dataset.n_train + index], cmap="gray_r", vmin=0, vmax=1)
        label, predicted, wrong = int(row.label), int(row.predicted), int(row.wrong)
        axes.set_title(f"{label}, read {predicted}\n{wrong} of {n}", loc="center", fontsize=7.5)
    note = "Above: true class and the class that is read most often; how many networks are wrong."
    save_figure(fig, "Test images that most networks misclassify", dataset.label, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(
            snakemake,
            {
                "cnn_accuracy": accuracy,
                "cnn_search": trials,
                "cnn_confusion": confusion,
                "cnn_mistakes": mistakes,
            },
        )
