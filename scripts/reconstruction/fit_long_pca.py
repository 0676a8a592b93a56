"""Fit PCA to the data set's own training samples, for the long trainings."""

import time

from dlse.images.dataset import load_samples
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors, save_pca
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def fit(samples: str, about: str, latent_dim: int, pca: str, metrics: str) -> None:
    """Write the basis to `pca`, and to `metrics` ε with `latent_dim` components on the data set's
    own training and test samples."""
    data = load_samples(samples, about)
    train, test = data.own_split()
    before = time.process_time()
    fitted = fit_pca(data.x[train])
    seconds = time.process_time() - before
    save_pca(fitted, pca)
    rows = Metrics("reconstruction_long", data.label, variant="pca", latent_dim=latent_dim)
    for name, part in (("official train", train), ("official test", test)):
        error = reconstruction_errors(fitted, data.x[part])[0][latent_dim]
        rows.add("epsilon", error, data.unit, split=name)
        print(f"{name}: ε = {error:.3f}")
    rows.add("cpu_seconds", seconds, "CPU s")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        fit(**snakemake.input, latent_dim=snakemake.params.latent_dim, **snakemake.output)
