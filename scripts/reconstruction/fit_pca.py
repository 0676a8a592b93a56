"""PCA of one random split of the samples, for every latent dimension at once."""

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
from dlse.workflow.tables import metrics_table, write_table


def fit(
    data: dict[str, str], study: str, seed: int, test_fraction: float, pca: str, metrics: str
) -> None:
    """Write the basis, and ε on both parts for the latent dimensions 0 … D.

    Where the data set has training samples of its own, a second fit on these gives the error on
    the others, as the literature reports it: the split "official test".
    """
    samples = load_samples(**data)
    x = samples.x
    train, test = samples.split(test_fraction, seed)
    before = time.process_time()
    fitted = fit_pca(x[train])
    seconds = time.process_time() - before
    save_pca(fitted, pca)
    common = {"study": study, "dataset": samples.label, "variant": "pca", "seed": seed}
    errors = {
        "train": reconstruction_errors(fitted, x[train]),
        "test": reconstruction_errors(fitted, x[test]),
    }
    if (n := samples.n_train) is not None:
        errors["official test"] = reconstruction_errors(fit_pca(x[:n]), x[n:])
    rows = [
        {
            **common,
            "latent_dim": latent_dim,
            "split": part,
            "metric": metric,
            "value": float(value),
            "unit": samples.unit,
        }
        for part, pair in errors.items()
        for metric, values in zip(("epsilon", "epsilon_sem"), pair, strict=True)
        for latent_dim, value in enumerate(values)
    ]
    rows += [
        {**common, "split": part, "metric": "samples", "value": float(len(of)), "unit": "1"}
        for part, of in (("train", train), ("test", test))
    ]
    # Measured on the samples against the eigenvalues' sum: the same number by two ways.
    measured, predicted = errors["train"][0], training_errors(fitted)
    gap = float(np.abs(measured - predicted).max() / predicted[0])
    rows += [
        {**common, "metric": "eigenvalue_sum_gap", "value": gap, "unit": "1"},
        {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
    ]
    print(f"PCA of {len(train):,} samples in {seconds:.1f} CPU s; gap to the eigenvalues {gap:.1e}")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        fit(
            data={name: snakemake.input[name] for name in ("samples", "about")},
            study=snakemake.wildcards.study,
            seed=int(snakemake.wildcards.seed),
            test_fraction=snakemake.params.test_fraction,
            pca=snakemake.output.pca,
            metrics=snakemake.output.metrics,
        )
