"""Fit PCA to one random split of the samples, for every latent dimension at once."""

import time

import numpy as np

from dlse.images.dataset import load_samples
from dlse.studies.reconstruction.pca import (
    fit_pca,
    reconstruction_errors,
    save_pca,
    training_errors,
)
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def fit(
    samples: str, about: str, study: str, seed: int, test_fraction: float, pca: str, metrics: str
) -> None:
    """Write the basis to `pca`, and to `metrics` ε on both parts for the latent dimensions 0 … D.

    If the data set has training samples of its own, a second fit to these gives the error on the
    others, as the literature reports it: the split "official test".
    """
    data = load_samples(samples, about)
    x = data.x
    train, test = data.split(test_fraction, seed)
    before = time.process_time()
    fitted = fit_pca(x[train])
    seconds = time.process_time() - before
    save_pca(fitted, pca)
    errors = {
        "train": reconstruction_errors(fitted, x[train]),
        "test": reconstruction_errors(fitted, x[test]),
    }
    if data.n_train is not None:
        own_train, own_test = data.own_split()
        errors["official test"] = reconstruction_errors(fit_pca(x[own_train]), x[own_test])
    rows = Metrics(study, data.label, variant="pca", seed=seed)
    for part, pair in errors.items():
        for metric, values in zip(("epsilon", "epsilon_sem"), pair, strict=True):
            for latent_dim, value in enumerate(values):
                rows.add(metric, value, data.unit, split=part, latent_dim=latent_dim)
    rows.add("samples", len(train), split="train")
    rows.add("samples", len(test), split="test")
    # The error that is measured on the samples should equal the sum of the eigenvalues.
    measured, predicted = errors["train"][0], training_errors(fitted)
    gap = np.abs(measured - predicted).max() / predicted[0]
    rows.add("eigenvalue_sum_gap", gap)
    rows.add("cpu_seconds", seconds, "CPU s")
    print(f"PCA of {len(train):,} samples in {seconds:.1f} CPU s; gap to the eigenvalues {gap:.1e}")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        fit(
            **snakemake.input,
            study=snakemake.wildcards.study,
            seed=int(snakemake.wildcards.seed),
            test_fraction=snakemake.params.test_fraction,
            **snakemake.output,
        )
