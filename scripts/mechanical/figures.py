"""Draw the figures of task 5 on Mechanical MNIST."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from dlse.images.data_names import label_of, simulated_name
from dlse.images.dataset import load_description, load_samples
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.figures import (
    BLACK,
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    THRESHOLD,
    VERMILION,
    WIDTH,
    counted,
    draw_figure,
    label_log_axis,
    listed,
    save_figure,
    say,
)
from dlse.studies.mechanical.fields import deformed_grid, load_fields
from dlse.studies.mechanical.intrinsic import relative_errors, spectrum
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.reconstruction.figures import pca_ae_curve
from dlse.studies.reconstruction.pca import load_pca, reconstruct
from dlse.workflow.arrays import load_arrays
from dlse.workflow.job import job
from dlse.workflow.tables import read_table

ELEMENT_COLORS = {"P1": SKY, "P2": BLUE, "Q1": ORANGE, "Q1R": VERMILION, "S2R": PURPLE, "Q2": GREEN}
GRID_LINES = 3  # every third line of the grid of pixels is drawn, the outer ones included
MARGIN = 1.5  # pixels around a block
SMALLEST_SHARE = 1e-6  # of the variance that the spectrum shows
STIFF = 127  # a pixel of more than this, of 255, is called stiff
SHOWN_BLOCKS = 3  # with their reconstructions
SHOWN_ERRORS = 0.98  # the quantile of the errors at which the colors end


def variance_spectrum(images: str, fields: str, png: str, svg: str) -> None:
    """Left: each component's share of the variance. Right: the test error over the latent
    dimension as a share of the variance, which makes images and fields comparable."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1))
    datasets, drawn = [], {}
    for name, path, color, marker in (
        ("images", images, VERMILION, "s"), ("fields", fields, BLUE, "o"),
    ):  # fmt: skip
        table = read_table(path).to_pandas()
        datasets.append(table.dataset.iloc[0])
        shares = spectrum(table)
        left.plot(np.arange(1, len(shares) + 1), shares, color=color, label=name)
        for variant, method, line, fill in (
            ("pca", "PCA", "--", "none"), ("autoencoder", "autoencoder", "-", color),
        ):  # fmt: skip
            errors = relative_errors(table, variant)
            drawn[name, method] = errors
            right.plot(errors.index, 100 * errors, line, color=color, marker=marker,
                       markerfacecolor=fill, label=f"{name}, {method}")  # fmt: skip
    left.set(xscale="log", yscale="log", ylim=(SMALLEST_SHARE, 1), xlabel="component",
             ylabel="share of the variance", title="Spectrum (training part)")  # fmt: skip
    left.legend(loc="lower left")
    right.set(xscale="log", yscale="log", xlabel=r"latent dimension $l_d$",
              ylabel=r"$\varepsilon$ / variance (%)", title="Error (test part)")  # fmt: skip
    right.set_xticks(errors.index, [f"{d:g}" for d in errors.index])
    right.minorticks_off()
    label_log_axis(right.yaxis, *right.get_ylim())
    right.legend(loc="lower left")
    save_figure(fig, spectrum_message(drawn), datasets, "", png, svg)


def spectrum_message(errors: dict[tuple[str, str], pd.Series]) -> str:
    """Whether fields or images lose the smaller share of their variance. errors: by ("images" or
    "fields", method), indexed by the latent dimension."""
    methods = sorted({method for _, method in errors})
    gains = [(errors["images", m] - errors["fields", m]).dropna() for m in methods]
    less = np.concatenate(gains) > 0
    found, n = int(less.sum()), less.size
    where = (
        "at every latent dimension, by PCA and by autoencoder"
        if found == n
        else (f"in {found} of {n} pairs of method and latent dimension")
    )
    return f"Fields lose a smaller share of their variance than images {where}"


def blocks(shown: str, about: str, png: str, svg: str) -> None:
    """One column per block. One row for the blocks at rest, then one per load case."""
    arrays = load_arrays(shown)
    bitmaps = arrays.pop("bitmaps")
    rows = {"at rest": np.zeros((len(bitmaps), 28, 28, 2))}
    rows |= {case.replace("_", "\n"): arrays[case] for case in LOAD_CASES}
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
    deforms_less = [
        strain[is_stiff].mean() < strain[~is_stiff].mean()
        for case in LOAD_CASES
        for strain, is_stiff in zip(
            map(strains, arrays[case]), bitmaps[:, ::-1] > STIFF, strict=True
        )
    ]
    save_figure(fig, blocks_message(deforms_less), label, note, png, svg)


def blocks_message(deforms_less: list[bool]) -> str:
    """In how many pairs of block and load case the stiff pixels deform less than the others."""
    found, n = sum(deforms_less), len(deforms_less)
    where = "in every block and load case" if found == n else f"in {found} of {n} pictures"
    return f"Stiff pixels deform less than soft ones {where}"


def strains(field: np.ndarray) -> np.ndarray:
    """The norm of the Green–Lagrange strain at each pixel, `[28, 28]`, of displacements
    `[28, 28, 2]`, rows from the bottom. It is zero for a rigid motion."""
    by_y, by_x = np.gradient(field, axis=(0, 1))
    deformation = np.stack([by_x, by_y], axis=-1) + np.eye(2)  # ∂x_i/∂X_j
    strain = (np.swapaxes(deformation, -1, -2) @ deformation - np.eye(2)) / 2
    return np.linalg.norm(strain, axis=(-2, -1))


def elements(metrics: str, element: str, png: str, svg: str) -> None:
    """Left: difference of the energy from that of the finest mesh over the number of unknowns.
    Middle: the same over CPU seconds. Right: difference of each simulated block, made of the
    default `element`, from its published energy, if there are any."""
    table = read_table(metrics).to_pandas()
    wide = table[table.variant == "element"].pivot_table(
        index=["element", "refinement"], columns="metric", values="value", sort=False
    )
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.7))
    falls = {}  # the elements with several meshes: whether each is closer than the coarser one
    for axes, column, unit in ((left, "unknowns", 1000), (middle, "cpu_seconds", 1)):
        for name, of_element in wide.groupby(level="element", sort=False):
            differences = 100 * of_element.difference_from_finest
            nonzero = differences > 0  # the finest mesh itself has none
            if len(differences) > 1:
                by_mesh = differences.sort_index(level="refinement")
                falls[name] = bool((by_mesh.diff().dropna() < 0).all())
            if nonzero.any():
                x, y = of_element[column][nonzero] / unit, differences[nonzero]
                color = ELEMENT_COLORS[name]
                axes.plot(x, y, "o-", color=color, linewidth=1.2, markersize=3.5, label=name)
                # The fine end of an element of reduced integration is among the other lines.
                end, side, shift = (0, "right", -4) if name.endswith("R") else (-1, "left", 4)
                axes.annotate(
                    name, (x.iloc[end], y.iloc[end]), (shift, 0), textcoords="offset points",
                    ha=side, va="center", fontsize=7.5, color=color,
                )  # fmt: skip
        if not axes.lines:
            say(axes, "one mesh only:\nnothing to compare with")
            continue
        axes.set(xscale="log", yscale="log")
        low, high = axes.get_xlim()
        room = (high / low) ** 0.2  # for the names
        axes.set_xlim(low / room, high * room)
        if high < 50 * low:  # else matplotlib's powers of ten are enough
            label_log_axis(axes.xaxis, *axes.get_xlim())
    left.set(xlabel="thousands of unknowns", ylabel="mean |difference| (%)")
    left.set_title("Energy and mesh")
    middle.set(xlabel="CPU s per block", title="Energy and cost")
    published = table[table.metric == "published_difference"]
    if len(published):
        last = 100 * published[published.load_step == published.load_step.max()].value
        right.hist(last, bins=40, color=BLUE)
        right.axvline(last.mean(), color=BLACK, lw=1.2)
        right.axvline(0, **THRESHOLD)
        right.set(xlabel="from published (%)", ylabel="blocks",
                  title=f"{element}, {len(last):,} blocks")  # fmt: skip
    else:
        say(right, "no published energies\nhere to compare with")
    n = table[(table.variant == "element") & (table.metric == "energies")].image.nunique()
    note = f"Left and middle: last step, n = {n}, against the finest mesh."
    save_figure(fig, elements_message(falls), table.dataset.iloc[0], note, png, svg)


def elements_message(falls: dict[str, bool]) -> str:
    """Of which elements, those with several meshes, each mesh is closer to the finest one than the
    next coarser mesh."""
    if not falls:
        return "Each element has one mesh: there is no convergence to see"
    names = [name for name, does in falls.items() if does]
    closer = "every finer mesh comes closer to the energy of the finest one"
    if len(names) == len(falls):
        return (
            f"With {'each of ' if len(falls) > 1 else ''}{counted(len(falls), 'element')}, {closer}"
        )
    return f"With {listed(names) if names else 'no element'}, {closer}"


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
    of_pca, of_network = (np.square(d).sum((1, 2)) for d in distances)
    title = reconstructions_message([*(of_network < of_pca)])
    save_figure(fig, title, data.label, note, png, svg)


def reconstructions_message(is_closer: list[bool]) -> str:
    """In how many blocks the autoencoder's reconstruction is closer to the true field."""
    closer, n = sum(is_closer), len(is_closer)
    how = f"in each of {n}" if closer == n else f"in {closer} of {n}"
    return f"The autoencoder's field is closer to the true one than PCA's {how} blocks shown"


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
                "spectrum": variance_spectrum,
                "mechanical_blocks": blocks,
                "mechanical_elements": elements,
                "mechanical_reconstructions": reconstructions,
            },
        )
