"""Draw what the initializations do before training, against theory."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.initialization import DISPLAY_NAMES
from dlse.job import job
from dlse.style import BLUE, GREEN, ORANGE, THEORY, VERMILION, WIDTH, save_figure
from dlse.tables import read_table

MARKERS = (("o", VERMILION), ("s", ORANGE), ("o", BLUE), ("s", GREEN))


def plot(metrics: str, png: str, svg: str) -> None:
    """Left: second moment of the values over layers. Right: the first layer's gradient over
    depth. Dashed: kept, or halved (and its root) at each layer."""
    table = read_table(metrics).to_pandas()
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2))
    names = list(dict.fromkeys(table[table.metric == "second_moment"].variant))
    for name, (marker, color) in zip(names, MARKERS * 2, strict=False):
        rows = table[table.variant == name]
        moments = rows[rows.metric == "second_moment"].set_index("layer").value
        left.plot(moments / moments.iloc[0], marker, color=color, markersize=4,
                  label=DISPLAY_NAMES.get(name, name))  # fmt: skip
        norms = rows[rows.metric == "first_gradient_rms"].set_index("depth").value
        right.plot(norms / norms.iloc[0], marker, color=color, markersize=4)
    layers = np.arange(1, moments.index.max() + 1)
    depths = norms.index.to_numpy()
    left.plot(layers, 1.0 + 0 * layers, **THEORY, label="theory")
    left.plot(layers, 2.0 ** (1 - layers), **THEORY)
    right.plot(depths, 1.0 + 0 * depths, **THEORY)
    right.plot(depths, 2.0 ** ((depths[0] - depths) / 2), **THEORY)
    left.set(yscale="log", xlabel="layer", ylabel="second moment, relative to layer 1",
             title="Values before activation")  # fmt: skip
    right.set(yscale="log", xlabel="hidden layers",
              ylabel=f"relative to {depths[0]:.0f} layers",
              title="First layer's gradient (norm)")  # fmt: skip
    for axes in (left, right):
        axes.set_yscale("log", base=2)
        axes.xaxis.get_major_locator().set_params(integer=True)
    left.legend(loc="lower left", fontsize=7.5)
    width = int(table.width.dropna().iloc[0])
    note = f"Width {width}, no biases. Mean (left) and root mean square (right) over networks."
    save_figure(fig, "oscillatory function", note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
