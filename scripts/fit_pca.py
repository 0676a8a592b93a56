"""PCA of one random split of the images, for every latent dimension at once."""

import time

import numpy as np

from dlse.dataset import load_dataset, split
from dlse.job import job
from dlse.pca import fit_pca, reconstruction_errors, save_pca, training_errors
from dlse.tables import metrics_table, write_table


def fit(data: dict[str, str], seed: int, test_fraction: float, pca: str, metrics: str) -> None:
    """Write the basis, and ε on both parts for the latent dimensions 0 … D.

    A second fit, on the data set's own training images, gives the error on its test images,
    as the literature reports it: the split "official test".
    """
    dataset = load_dataset(**data)
    pixels = dataset.images.reshape(len(dataset.images), -1)
    train, test = split(len(pixels), test_fraction, seed)
    before = time.process_time()
    fitted = fit_pca(pixels[train])
    seconds = time.process_time() - before
    save_pca(fitted, pca)
    common = {"study": "reconstruction", "dataset": dataset.label, "variant": "pca", "seed": seed}
    errors = {
        "train": reconstruction_errors(fitted, pixels[train]),
        "test": reconstruction_errors(fitted, pixels[test]),
    }
    n = dataset.n_train
    errors["official test"] = reconstruction_errors(fit_pca(pixels[:n]), pixels[n:])
    rows = [
        {
            **common,
            "latent_dim": latent_dim,
            "split": part,
            "metric": metric,
            "value": float(value),
            "unit": "1",
        }
        for part, pair in errors.items()
        for metric, values in zip(("epsilon", "epsilon_sem"), pair, strict=True)
        for latent_dim, value in enumerate(values)
    ]
    # Measured on the images against the eigenvalues' sum: the same number by two ways.
    measured, predicted = errors["train"][0], training_errors(fitted)
    gap = float(np.abs(measured - predicted).max() / predicted[0])
    rows += [
        {**common, "metric": "eigenvalue_sum_gap", "value": gap, "unit": "1"},
        {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
    ]
    print(f"PCA of {len(train):,} images in {seconds:.1f} CPU s; gap to the eigenvalues {gap:.1e}")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        fit(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            seed=int(snakemake.wildcards.seed),
            test_fraction=snakemake.params.test_fraction,
            pca=snakemake.output.pca,
            metrics=snakemake.output.metrics,
        )
