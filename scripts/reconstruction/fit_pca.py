"""Fit PCA to one split of the samples, for every latent dimension at once."""

import time

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
    samples: str,
    about: str,
    study: str,
    seed: int,
    test_fraction: float | None,
    pca: str,
    metrics: str,
) -> None:
    """Write the basis to `pca`, and to `metrics` ε on both parts for the latent dimensions 0 … D.

    test_fraction: see `Samples.split`.
    """
    data = load_samples(samples, about)
    train, test = data.split(test_fraction, seed)
    before = time.process_time()
    fitted = fit_pca(data.x[train])
    seconds = time.process_time() - before
    save_pca(fitted, pca)
    errors = {
        "train": training_errors(fitted),
        "test": reconstruction_errors(fitted, data.x[test]),
    }
    rows = Metrics(study, data.label, variant="pca", seed=seed)
    for part, values in errors.items():
        for latent_dim, value in enumerate(values):
            rows.add("epsilon", value, data.unit, split=part, latent_dim=latent_dim)
    rows.add("samples", len(train), split="train")
    rows.add("samples", len(test), split="test")
    rows.add("cpu_seconds", seconds, "CPU s")
    print(f"PCA of {len(train):,} samples in {seconds:.1f} CPU s")
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
