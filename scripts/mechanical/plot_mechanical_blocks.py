"""Draw blocks whose stiffness is an image, at rest and at the last step of every load case."""

import matplotlib.pyplot as plt
import numpy as np

from dlse.images.data_names import label_of, simulated_name
from dlse.images.dataset import load_description
from dlse.results.figures import WIDTH, save_figure
from dlse.studies.mechanical.block_drawing import draw_block
from dlse.studies.mechanical.fields import deformed_grid
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job

MARGIN = 1.5  # pixels


def plot(shown: str, about: str, png: str, svg: str) -> None:
    """A row a load case below the blocks at rest, a column a block."""
    arrays = load_arrays(shown)
    bitmaps = arrays.pop("bitmaps")
    rows = {"at rest": np.zeros((len(bitmaps), 28, 28, 2))}
    rows |= {case.replace("_", "\n"): arrays[case] for case in LOAD_CASES}
    heights = [np.ptp(deformed_grid(fields[0])[1]) + 2 * MARGIN for fields in rows.values()]
    fig, panels = plt.subplots(
        len(rows), len(bitmaps), squeeze=False, figsize=(WIDTH, 1.18 * len(rows)),
        height_ratios=heights,
    )  # fmt: skip
    for line, (name, fields) in zip(panels, rows.items(), strict=True):
        grids = [deformed_grid(field) for field in fields]
        low, high = ([of(axis) for axis in zip(*grids, strict=True)] for of in (np.min, np.max))
        for axes, grid, bitmap in zip(line, grids, bitmaps, strict=True):
            draw_block(axes, *grid, bitmap[::-1], cmap="gray_r", vmin=0, vmax=330)
            axes.set(xlim=(low[0] - MARGIN, high[0] + MARGIN),
                     ylim=(low[1] - MARGIN, high[1] + MARGIN))  # fmt: skip
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    images = load_description(about)
    label = label_of(simulated_name(images["name"]), images["is_stand_in"])
    note = "Dark is stiff. The last step of each load case, all to one scale."
    save_figure(fig, label, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(**snakemake.input, **snakemake.output)
