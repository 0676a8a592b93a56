"""Draw some test fields through PCA and the autoencoder: deformed blocks and displacements."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from dlse.images.dataset import load_samples
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.figures import WIDTH, save_figure
from dlse.studies.mechanical.block_drawing import draw_block
from dlse.studies.mechanical.fields import deformed_grid, load_fields
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.reconstruction.pca import load_pca, reconstruct
from dlse.workflow.job import job

SHOWN = 3  # blocks
SHOWN_SHARE = 0.98  # of the errors; the colors end there


def plot(
    fields: dict[str, str], pca: str, model: str, latent_dim: int, test_fraction: float, seed: int,
    png: str, svg: str,
) -> None:  # fmt: skip
    """Rows: blocks of the test part. Columns: the deformed block, then of PCA and the autoencoder
    the block with the distance of each pixel from its place; then uₓ, true and by both."""
    data = load_fields(**fields)
    samples = load_samples(fields["fields"], fields["about"])
    _, test = samples.split(test_fraction, seed)
    # The last snapshot of each of the first test blocks.
    chosen = test[samples.snapshots - 1 :: samples.snapshots][:SHOWN]
    x = np.array(samples.x[chosen])
    network = restore_autoencoder(load_weights(model))
    with torch.no_grad():
        by_network = network(as_tensor(x)).numpy()
    by_pca = reconstruct(load_pca(pca), x, latent_dim)
    true, *reconstructed = (v.reshape(-1, 28, 28, 2) for v in (x, by_pca, by_network))
    distances = [np.linalg.norm(of - true, axis=-1) for of in reconstructed]
    largest = np.quantile(distances, SHOWN_SHARE)
    bitmaps = data.bitmaps[chosen // samples.snapshots]
    fig, panels = plt.subplots(
        len(chosen), 6, squeeze=False, figsize=(WIDTH, 1.75 * len(chosen) + 0.5),
        width_ratios=(1, 1, 1, 0.8, 0.8, 0.8),
    )  # fmt: skip
    for row, (line, field, bitmap) in enumerate(zip(panels, true, bitmaps, strict=True)):
        grid = deformed_grid(field)
        draw_block(line[0], *grid, bitmap[::-1], cmap="gray_r", vmin=0, vmax=1.3)
        extent = (*line[0].get_xlim(), *line[0].get_ylim())
        for axes, of_method, distance in zip(line[1:3], reconstructed, distances, strict=True):
            errors = draw_block(axes, *deformed_grid(of_method[row]), distance[row], vmin=0,
                                vmax=largest, cmap="viridis")  # fmt: skip
            error = np.square(distance[row]).sum()
            axes.set(xlim=extent[:2], ylim=extent[2:])
            axes.set_xlabel(rf"$\|u - \tilde u\|^2$ = {error:.3g}", fontsize=7)
        bound = np.abs(field[..., 0]).max()
        for axes, of in zip(line[3:], (field, *(m[row] for m in reconstructed)), strict=True):
            maps = axes.imshow(of[..., 0], origin="lower", cmap="RdBu_r", vmin=-bound, vmax=bound)
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            axes.spines[:].set_visible(False)
        fig.colorbar(maps, ax=line[3:].tolist(), shrink=0.6, label="$u_x$ (pixels)")
    for axes, title in zip(
        panels[0], ("true", "PCA", "autoencoder", "$u_x$, true", "PCA", "autoencoder"), strict=True
    ):
        axes.set_title(title, fontsize=8.5)
    fig.colorbar(errors, ax=panels[:, 1:3].ravel().tolist(), location="bottom", shrink=0.6,
                 label="distance of a pixel from its place (pixels)", aspect=40)  # fmt: skip
    note = f"The first blocks of the test part, $l_d$ = {latent_dim}; load step {data.steps[-1]}."
    save_figure(fig, data.label, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(
            fields={name: snakemake.input[name] for name in ("fields", "bitmaps", "about")},
            pca=snakemake.input.pca,
            model=snakemake.input.model,
            latent_dim=snakemake.params.latent_dim,
            test_fraction=snakemake.params.test_fraction,
            seed=snakemake.params.seed,
            **snakemake.output,
        )
