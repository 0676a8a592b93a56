"""Draw the final error over depth and initialization, for each optimizer."""

import matplotlib.pyplot as plt

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.results.figures import WIDTH, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(metrics: str, png: str, svg: str) -> None:
    """Maps depth × initialization of the median test error, one an optimizer."""
    table = read_table(metrics).to_pandas()
    table = table[(table.metric == "test_rel_l2") & table.seed.notna()]
    optimizers = list(dict.fromkeys(table.optimizer))
    names = list(dict.fromkeys(table.variant))
    groups = 100 * table.groupby(["optimizer", "variant", "depth"]).value.quantile(
        [0.05, 0.5, 0.95]
    )
    low, high = groups.xs(0.5, level=-1).min(), groups.xs(0.5, level=-1).max()
    fig, panels = plt.subplots(len(optimizers), 1, figsize=(WIDTH, 1.9 * len(optimizers)))
    for axes, optimizer in zip(panels, optimizers, strict=True):
        grid = groups[optimizer].unstack(-1)
        medians = grid[0.5].unstack().loc[names]
        image = axes.imshow(medians, cmap="cividis_r", vmin=low, vmax=high, aspect="auto")
        for row, name in enumerate(names):
            for column, depth in enumerate(medians.columns):
                value = medians.loc[name, depth]
                range_ = grid.loc[(name, depth)]
                axes.text(
                    column, row, f"{value:.1f}\n", ha="center", va="center", fontsize=8.5,
                    color="white" if value > (low + high) / 2 else "black",
                )  # fmt: skip
                axes.text(
                    column, row, f"\n{range_[0.05]:.1f}–{range_[0.95]:.1f}", ha="center",
                    va="center", fontsize=6,
                    color="white" if value > (low + high) / 2 else "black",
                )  # fmt: skip
        axes.set_yticks(range(len(names)), [INITIALIZATION_NAMES.get(name, name) for name in names])
        axes.set_xticks(range(len(medians.columns)), [f"{d:.0f}" for d in medians.columns])
        axes.set_title({"sgd": "SGD with momentum", "adam": "Adam"}[optimizer])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    panels[-1].set_xlabel("hidden layers")
    fig.colorbar(image, ax=panels, label="test error (%)", shrink=0.8)
    n = int(table.seed.nunique())
    note = f"Relative L² test error (%): median, below it 5–95 %, of {n} networks each."
    save_figure(fig, table.dataset.iloc[0], note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
