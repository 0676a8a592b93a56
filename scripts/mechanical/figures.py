"""Draw the figures of task 5 on Mechanical MNIST."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from dlse.images.data_names import label_of, simulated_name
from dlse.images.dataset import load_description, load_samples
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.figures import GRAY, WIDTH, draw_figure, save_figure
from dlse.studies.mechanical.fields import deformed_grid, load_fields
from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.reconstruction.figures import pca_ae_curve
from dlse.studies.reconstruction.pca import load_pca, reconstruct
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job

GRID_LINES = 3  # every third line of the grid of pixels is drawn, the outer ones included
MARGIN = 1.5  # pixels around a block
SHOWN_BLOCKS = 3  # with their reconstructions
SHOWN_ERRORS = 0.98  # the quantile of the errors at which the colors end


def blocks(shown: str, about: str, png: str, svg: str) -> None:
    """One column per block. One row for the blocks at rest, then one per load case."""
    arrays = load_arrays(shown)
    bitmaps = arrays.pop("bitmaps")
    rows = {"at rest": np.zeros((len(bitmaps), 28, 28, 2))}
    rows |= {case.replace("_", "\n"): arrays[case][:, -1] for case in LOAD_CASES}
    heights = [np.ptp(deformed_grid(fields[0])[1]) + 2 * MARGIN for fields in rows.values()]
    fig, panels = plt.subplots(
        len(rows), len(bitmaps), squeeze=False, figsize=(WIDTH, 0.75 * len(rows) + 0.7),
        height_ratios=heights,
    )  # fmt: skip
    for line, (name, fields) in zip(panels, rows.items(), strict=True):
        grids = [deformed_grid(field) for field in fields]
        low, high = ([of(axis) for axis in zip(*grids, strict=True)] for of in (np.min, np.max))
        for axes, grid, bitmap in zip(line, grids, bitmaps, strict=True):
            _draw_block(axes, *grid, bitmap[::-1], cmap="gray_r", vmin=0, vmax=330)
            axes.set(xlim=(low[0] - MARGIN, high[0] + MARGIN),
                     ylim=(low[1] - MARGIN, high[1] + MARGIN))  # fmt: skip
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    images = load_description(about)
    label = label_of(simulated_name(images["name"]), images["is_stand_in"])
    note = "Dark pixels are stiff. Last step of each load case, on one scale."
    save_figure(fig, "Blocks at rest and under load", label, note, png, svg)


def reconstructions(
    fields: str, bitmaps: str, about: str, pca: str, model: str, latent_dim: int,
    test_fraction: float, seed: int, png: str, svg: str,
) -> None:  # fmt: skip
    """One row per test block. Columns: the deformed block; its reconstructions by PCA and by the
    autoencoder, colored by each pixel's distance from its true position; then uₓ, true and by
    both methods."""
    data = load_fields(fields, bitmaps, about)
    samples = load_samples(fields, about)
    _, test = samples.split(test_fraction, seed)
    # The last snapshot of each of the first test blocks.
    chosen = test[samples.snapshots - 1 :: samples.snapshots][:SHOWN_BLOCKS]
    x = np.array(samples.x[chosen])
    network = restore_autoencoder(load_weights(model))
    with torch.no_grad():
        by_network = network(as_tensor(x)).numpy()
    by_pca = reconstruct(load_pca(pca), x, latent_dim)
    true, *reconstructed = (v.reshape(-1, 28, 28, 2) for v in (x, by_pca, by_network))
    distances = [np.linalg.norm(found - true, axis=-1) for found in reconstructed]
    largest = np.quantile(distances, SHOWN_ERRORS)
    fig, panels = plt.subplots(
        len(chosen), 6, squeeze=False, figsize=(WIDTH, 1.1 * len(chosen) + 1.1),
        width_ratios=(0.8, 0.8, 0.8, 1, 1, 1),
    )  # fmt: skip
    shown = data.bitmaps[chosen // samples.snapshots]
    for row, (line, field, bitmap) in enumerate(zip(panels, true, shown, strict=True)):
        _draw_block(line[0], *deformed_grid(field), bitmap[::-1], cmap="gray_r", vmin=0, vmax=1.3)
        extent = (*line[0].get_xlim(), *line[0].get_ylim())
        for axes, found, distance in zip(line[1:3], reconstructed, distances, strict=True):
            errors = _draw_block(axes, *deformed_grid(found[row]), distance[row], vmin=0,
                                 vmax=largest, cmap="viridis")  # fmt: skip
            error = np.square(distance[row]).sum()
            axes.set(xlim=extent[:2], ylim=extent[2:])
            axes.set_xlabel(rf"$\|u - \tilde u\|^2$ = {error:.3g}", fontsize=7)
        bound = np.abs(field[..., 0]).max()
        for axes, u in zip(line[3:], (field, *(f[row] for f in reconstructed)), strict=True):
            maps = axes.imshow(u[..., 0], origin="lower", cmap="RdBu_r", vmin=-bound, vmax=bound)
            _hide_frame(axes)
        fig.colorbar(maps, ax=line[3:].tolist(), shrink=0.9, label="$u_x$ (pixels)")
    for axes, title in zip(
        panels[0], ("true", "PCA", "autoencoder", "$u_x$, true", "PCA", "autoencoder"), strict=True
    ):
        axes.set_title(title, fontsize=8.5)
    fig.colorbar(errors, ax=panels[:, 1:3].ravel().tolist(), location="bottom", shrink=0.9,
                 label="distance from the true position (pixels)", aspect=40)  # fmt: skip
    note = f"The first blocks of the test part, $l_d$ = {latent_dim}; load step {data.steps[-1]}."
    title = "Fields of test blocks and their reconstructions"
    save_figure(fig, title, data.label, note, png, svg)


def _draw_block(
    axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, **colors
) -> QuadMesh:  # fmt: skip
    """Draw `values [28, 28]` (rows from the bottom) where the pixels' centers are, at `x` and
    `y [28, 28]`, with lines of the grid. colors: cmap, vmin and vmax of the mesh, which is
    returned."""
    mesh = axes.pcolormesh(x, y, values, shading="gouraud", rasterized=True, **colors)
    for lines in ((x[:, ::GRID_LINES], y[:, ::GRID_LINES]), (x[::GRID_LINES].T, y[::GRID_LINES].T)):
        axes.plot(*lines, color=GRAY, linewidth=0.35, rasterized=True, zorder=mesh.get_zorder())
    axes.set_aspect("equal")
    _hide_frame(axes)
    return mesh


def _hide_frame(axes: Axes) -> None:
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        draw_figure(
            snakemake,
            {
                "pca_ae_curve_mechanical": pca_ae_curve,
                "mechanical_blocks": blocks,
                "mechanical_reconstructions": reconstructions,
            },
        )
