"""Draw the same test images through PCA and the autoencoders."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from dlse.images.dataset import load_dataset, split
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.results.figures import WIDTH, save_figure
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.reconstruction.pca import load_pca, reconstruct
from dlse.workflow.job import job


def plot(
    data: dict[str, str],
    pca: str,
    models: dict[int, str],
    test_fraction: float,
    seed: int,
    png: str,
    svg: str,
) -> None:
    """One column a class (its first test image), rows: the image, then by latent dimension
    PCA above the autoencoder. models: weights by latent dimension."""
    dataset = load_dataset(**data)
    _, test = split(len(dataset.images), test_fraction, seed)
    _, first = np.unique(dataset.labels[test], return_index=True)
    x = dataset.images[test[first]].reshape(len(first), -1)
    fitted = load_pca(pca)
    rows = [("image", x)]
    for latent_dim, path in models.items():
        network = restore_autoencoder(load_weights(path))
        with torch.no_grad():
            y = network(as_tensor(x)).numpy()
        rows += [
            (f"PCA, $l_d$ = {latent_dim}", reconstruct(fitted, x, latent_dim)),
            (f"autoencoder, {latent_dim}", y),
        ]
    fig, panels = plt.subplots(
        len(rows), len(x), figsize=(WIDTH, 0.56 * len(rows) + 0.3), squeeze=False
    )
    for line, (name, images) in zip(panels, rows, strict=True):
        for column, (axes, image) in enumerate(zip(line, images, strict=True)):
            axes.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            axes.spines[:].set_visible(False)
            if column == 0:
                axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    note = "The first test image of each class; the same images in every row."
    save_figure(fig, dataset.label, note, png, svg)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        plot(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            pca=snakemake.input.pca,
            models=dict(zip(snakemake.params.latent_dims, snakemake.input.models, strict=True)),
            test_fraction=snakemake.params.test_fraction,
            seed=snakemake.params.seed,
            **snakemake.output,
        )
