"""Draw the median network of each method of task 3 over its data."""

import matplotlib.pyplot as plt

from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.figures import BLACK, BLUE, GRAY, WIDTH, save_figure
from dlse.studies.regularization.names import METHOD_NAMES
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job
from dlse.workflow.tables import read_table


def plot(
    metrics: str, functions: list[str], methods: list[str], noise_seeds: list[int],
    png: str, svg: str,
) -> None:  # fmt: skip
    """A row a method: the network of median error, whole and around the jump."""
    table = read_table(metrics).to_pandas()
    x, truth = (tensor.numpy() for tensor in OSCILLATORY.test())
    grid = OSCILLATORY.x().numpy()
    fig, panels = plt.subplots(
        len(methods), 2, figsize=(WIDTH, 1.5 * len(methods)), width_ratios=(3, 1), sharex="col",
        squeeze=False,
    )  # fmt: skip
    for (whole, near), method, path in zip(panels, methods, functions, strict=True):
        values = load_array(path)  # [noise seeds, initializations, test points]
        rows = table[(table.variant == method) & (table.metric == "rel_l2")]
        rows = rows[rows.seed.isin(noise_seeds)]
        row = rows.iloc[(rows.value - rows.value.median()).abs().argmin()]
        seed, k = int(row.seed), int(row.initialization_seed)
        fitted = values[noise_seeds.index(seed), k]
        data = OSCILLATORY.data([seed])[0].numpy()
        for axes in (whole, near):
            axes.plot(x, truth, color=GRAY, linewidth=2.2, alpha=0.5, label="function")
            axes.plot(x, fitted, color=BLUE, linewidth=1.1, label="network")
            axes.plot(grid, data, ".", color=BLACK, markersize=3, label="data")
        whole.set_title(f"{METHOD_NAMES[method]}: {100 * row.value:.2f} %", fontsize=9)
        whole.set_ylabel("f(x)")
        near.set(xlim=(-0.25, 0.25), yticklabels=[])
        near.set_title("around the jump", fontsize=9)
    panels[0, 0].legend(ncols=3, loc="upper right", fontsize=7.5)
    for axes in panels[-1]:
        axes.set_xlabel("x")
    note = "For each method the network whose test error is the median of its block of noise seeds."
    save_figure(fig, "oscillatory function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(
            metrics=snakemake.input.metrics,
            functions=list(snakemake.input.functions),
            methods=snakemake.params.methods,
            noise_seeds=snakemake.params.noise_seeds,
            **snakemake.output,
        )
