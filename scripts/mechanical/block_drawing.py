"""Pictures of deformed blocks."""

import numpy as np
from matplotlib.axes import Axes

from dlse.results.figures import GRAY

EVERY = 3  # every third line of the grid of pixels is drawn, the outer ones too


def draw_block(axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, **colors):
    """`values [28, 28]` (rows from the bottom) at the pixels' centers, which have gone to `x` and
    `y [28, 28]`, with lines of their grid. colors: cmap, vmin, vmax of the mesh, which is
    returned."""
    mesh = axes.pcolormesh(x, y, values, shading="gouraud", rasterized=True, **colors)
    for lines in ((x[:, ::EVERY], y[:, ::EVERY]), (x[::EVERY].T, y[::EVERY].T)):
        axes.plot(*lines, color=GRAY, linewidth=0.35)
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return mesh
