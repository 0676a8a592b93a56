"""Draw what the initializations do before training, against theory."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.networks.initializer_names import INITIALIZATION_NAMES
from dlse.results.figures import BLUE, GREEN, ORANGE, THEORY, VERMILION, WIDTH, save_figure
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

MARKERS = (("o", VERMILION), ("s", ORANGE), ("o", BLUE), ("s", GREEN))


def plot(metrics: str, png: str, svg: str) -> None:
    """Over the layers of the deepest networks: second moment of the values, and gradient.
    Over depth: the first layer's gradient. Dashed: theory."""
    table = read_table(metrics).to_pandas()
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 3.0))
    names = list(dict.fromkeys(table[table.metric == "second_moment"].variant))
    deepest = int(table[table.metric == "second_moment"].depth.max())
    for name, (marker, color) in zip(names, MARKERS * 2, strict=False):
        rows = table[table.variant == name]
        moments = rows[rows.metric == "second_moment"].set_index("layer").value
        left.plot(moments / moments.iloc[0], marker, color=color, markersize=3.5,
                  label=INITIALIZATION_NAMES.get(name, name))  # fmt: skip
        of_deepest = rows[(rows.metric == "gradient_rms") & (rows.depth == deepest)]
        gradients = of_deepest.set_index("layer").value.loc[2:]  # the first has one input only
        middle.plot(gradients / gradients.iloc[0], marker, color=color, markersize=3.5)
        norms = rows[rows.metric == "first_gradient_rms"].set_index("depth").value
        right.plot(norms / norms.iloc[0], marker, color=color, markersize=3.5)
    layers = np.arange(1, deepest + 1)
    depths = norms.index.to_numpy()
    left.plot(layers, 1.0 + 0 * layers, **THEORY, label="theory")
    left.plot(layers, 2.0 ** (1 - layers), **THEORY)
    middle.plot(layers[1:], 1.0 + 0 * layers[1:], **THEORY)
    right.plot(depths, 1.0 + 0 * depths, **THEORY)
    right.plot(depths, 2.0 ** ((depths[0] - depths) / 2), **THEORY)
    left.set(xlabel="layer", title="Second moment\nof the values")
    middle.set(xlabel="layer", title=f"Gradient, of layers\n(relative to 2nd; {deepest} layers)")
    right.set(xlabel="hidden layers",
              title=f"Gradient, first layer\n(relative to {depths[0]:.0f} layers)")  # fmt: skip
    for axes in (left, middle, right):
        axes.set_yscale("log", base=2)
        axes.xaxis.get_major_locator().set_params(integer=True)
    middle.set_ylim(2**-4, 2**4)
    left.legend(loc="lower left", fontsize=7)
    width = int(table.width.dropna().iloc[0])
    note = f"Width {width}, no biases, before training. Gradients: root mean square over networks."
    save_figure(fig, "oscillatory function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
