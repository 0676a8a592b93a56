"""Train the linear autoencoder of one latent dimension and compare it with PCA."""

import time

import numpy as np

from dlse.studies.reconstruction.autoencoder import linear_error, train_linear_autoencoder
from dlse.studies.reconstruction.pca import load_pca, principal_angles, training_errors
from dlse.workflow.job import job
from dlse.workflow.tables import dataset_of, metrics_table, write_table


def train(
    pca: str, pca_metrics: str, latent_dim: int, iterations: int, seed: int, metrics: str
) -> None:
    """Write its ε on the training images, PCA's beside it and their largest principal angle."""
    fitted = load_pca(pca)
    before = time.process_time()
    encoder, decoder = train_linear_autoencoder(fitted, latent_dim, iterations, seed)
    seconds = time.process_time() - before
    error = linear_error(fitted, encoder, decoder)
    excess = error / training_errors(fitted)[latent_dim] - 1
    angles = principal_angles(decoder, fitted.components[:, :latent_dim])
    common = {
        "study": "reconstruction",
        "dataset": dataset_of(pca_metrics),
        "variant": "linear autoencoder",
        "latent_dim": latent_dim,
        "seed": seed,
    }
    rows = [
        {**common, "split": "train", "metric": "epsilon", "value": error, "unit": "1"},
        {**common, "split": "train", "metric": "excess_over_pca", "value": excess, "unit": "1"},
        {**common, "metric": "largest_principal_angle", "value": angles[0], "unit": "degree"},
        {
            **common,
            "metric": "median_principal_angle",
            "value": float(np.median(angles)),
            "unit": "degree",
        },
        {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
    ]
    print(f"ε {error:.4f}, excess over PCA {excess:.1e}, largest angle {angles[0]:.3f}°")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            pca=snakemake.input.pca,
            pca_metrics=snakemake.input.pca_metrics,
            latent_dim=int(snakemake.wildcards.latent_dim),
            iterations=snakemake.params.iterations,
            seed=int(snakemake.wildcards.seed),
            metrics=snakemake.output[0],
        )
