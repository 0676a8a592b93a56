"""Train the linear autoencoder of one latent dimension and compare it with PCA."""

import time

import numpy as np

from dlse.studies.reconstruction.pca import load_pca, principal_angles, training_errors
from dlse.studies.reconstruction.training import linear_error, train_linear_autoencoder
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, dataset_of


def train(
    pca: str, pca_metrics: str, latent_dim: int, iterations: int, seed: int, metrics: str
) -> None:
    """Write its ε on the training images, the excess of this over PCA's ε, and the principal
    angles between the two subspaces.

    pca_metrics: names the data set. iterations: of L-BFGS, at most.
    """
    fitted = load_pca(pca)
    before = time.process_time()
    encoder, decoder = train_linear_autoencoder(fitted, latent_dim, iterations, seed)
    seconds = time.process_time() - before
    error = linear_error(fitted, encoder, decoder)
    excess = error / training_errors(fitted)[latent_dim] - 1
    angles = principal_angles(decoder, fitted.components[:, :latent_dim])
    rows = Metrics(
        "reconstruction",
        dataset_of(pca_metrics),
        variant="linear autoencoder",
        latent_dim=latent_dim,
        seed=seed,
    )
    rows.add("epsilon", error, split="train")
    rows.add("excess_over_pca", excess, split="train")
    rows.add("largest_principal_angle", angles[0], "degree")
    rows.add("median_principal_angle", np.median(angles), "degree")
    rows.add("cpu_seconds", seconds, "CPU s")
    print(f"ε {error:.4f}, excess over PCA {excess:.1e}, largest angle {angles[0]:.3f}°")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            **snakemake.input,
            latent_dim=int(snakemake.wildcards.latent_dim),
            iterations=snakemake.params.iterations,
            seed=int(snakemake.wildcards.seed),
            metrics=snakemake.output[0],
        )
