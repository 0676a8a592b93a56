"""Draw the test images that the CNNs get most wrong."""

import matplotlib.pyplot as plt

from dlse.images.dataset import load_dataset
from dlse.results.figures import WIDTH, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

ROWS, COLUMNS = 3, 8


def plot(data: dict[str, str], predictions: str, png: str, svg: str) -> None:
    """The images that most networks miss, the lowest mean probability of the label first."""
    dataset = load_dataset(**data)
    table = read_table(predictions).to_pandas()
    n = table.seed.nunique()
    table["wrong"] = table.label != table.predicted
    worst = table.groupby("index").agg(
        label=("label", "first"),
        predicted=("predicted", lambda votes: votes.mode()[0]),
        wrong=("wrong", "sum"),
        probability=("label_probability", "mean"),
    )
    worst = worst[worst.wrong > 0].sort_values(["wrong", "probability"], ascending=[False, True])
    fig, panels = plt.subplots(ROWS, COLUMNS, figsize=(WIDTH, 3.2))
    for axes in panels.flat:
        axes.axis("off")
    for axes, (index, row) in zip(panels.flat, worst.iterrows(), strict=False):
        axes.imshow(dataset.images[dataset.n_train + index], cmap="gray_r", vmin=0, vmax=1)
        label, predicted, wrong = int(row.label), int(row.predicted), int(row.wrong)
        axes.set_title(f"{label}, read {predicted}\n{wrong} of {n}", loc="center", fontsize=7.5)
    note = (
        f"Above: true class, class read, networks that are wrong. At least one misses {len(worst)} "
        f"of {len(table) // n:,} images."
    )
    save_figure(fig, dataset.label, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            predictions=snakemake.input.predictions,
            **snakemake.output,
        )
