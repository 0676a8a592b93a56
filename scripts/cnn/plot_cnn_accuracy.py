"""Draw accuracy and loss of the CNNs along their training."""

import matplotlib.pyplot as plt

from dlse.results.figures import BLUE, ORANGE, THRESHOLD, WIDTH, label_log_axis, save_figure
from dlse.studies.cnn.claims import ASKED, CLAIMED
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(metrics: str, curves: str, png: str, svg: str) -> None:
    """Two panels over epochs: error rate and loss, median and range of the seeds."""
    table = read_table(curves).to_pandas()
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    for split, color, marker in (("train", ORANGE, "s"), ("test", BLUE, "o")):
        for axes, metric in ((left, "accuracy"), (right, "loss")):
            chosen = table[(table.split == split) & (table.metric == metric)]
            by_seed = chosen.pivot(index="step", columns="seed", values="value")
            if metric == "accuracy":
                by_seed = 100 * (1 - by_seed)
            low, middle, high = (by_seed.quantile(q, axis=1) for q in (0.05, 0.5, 0.95))
            axes.plot(middle, color=color, marker=marker, label=split)
            axes.fill_between(by_seed.index, low, high, color=color, alpha=0.25, linewidth=0)
    left.set(xlabel="epoch", ylabel="error rate (%)", title="Images classified wrongly")
    left.set(yscale="log", ylim=(max(left.get_ylim()[0], 0.03), None))
    label_log_axis(left.yaxis, *left.get_ylim())
    for accuracy in (ASKED, CLAIMED):
        left.axhline(100 - accuracy, **THRESHOLD)
        left.annotate(
            f"{accuracy:g} % right", (1, 100 - accuracy), (0, 2), textcoords="offset points",
            xycoords=("axes fraction", "data"), ha="right", fontsize=7.5,
        )  # fmt: skip
    right.set(xlabel="epoch", ylabel="cross-entropy (nat)", yscale="log", title="Loss")
    label_log_axis(right.yaxis, *right.get_ylim())
    right.legend(loc="upper right")
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
    n = table.seed.nunique()
    note = f"Median (line) and 5–95 % (band) of {n} networks; none chosen by its test error."
    save_figure(fig, table.dataset[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
