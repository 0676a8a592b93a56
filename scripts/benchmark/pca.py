"""Measure the CPU seconds of PCA for every latent dimension, with our code and scikit-learn's."""

from collections.abc import Callable
from functools import partial

import numpy as np
from sklearn.decomposition import PCA

from dlse.images.dataset import image_files, load_dataset, split
from dlse.results.timing import benchmark_rows, cpu_seconds, in_turn
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def compare(
    data: dict[str, str], latent_dims: list[int], seed: int, test_fraction: float, rounds: int,
    metrics: str,
) -> None:  # fmt: skip
    """Write the CPU seconds of the fit and of the test errors for all `latent_dims`, and the
    largest relative difference between the errors."""
    dataset = load_dataset(**data)
    pixels = np.array(dataset.images).reshape(len(dataset.images), -1)
    train, test = (pixels[part] for part in split(len(pixels), test_fraction, seed))
    contestants: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: reconstruction_errors(fit_pca(train), test)[0][latent_dims],
        "scikit-learn, one fit": partial(_one_fit, train, test, latent_dims),
        "scikit-learn, a fit for each dimension": partial(_a_fit_each, train, test, latent_dims),
    }
    errors = {name: errors_of() for name, errors_of in contestants.items()}
    timed = {name: partial(cpu_seconds, errors_of) for name, errors_of in contestants.items()}
    rows = Metrics("benchmark", dataset.label, variant="pca")
    rows.rows += benchmark_rows("pca", dataset.label, in_turn(timed, rounds))
    our_errors = errors.pop("ours")
    for name, peer_errors in errors.items():
        difference = float(np.abs(peer_errors / our_errors - 1).max())
        rows.add("largest_relative_difference", difference, peer=name)
    rows.write(metrics)


def _one_fit(train: np.ndarray, test: np.ndarray, latent_dims: list[int]) -> np.ndarray:
    """Test errors `[K]` with one fit, of the largest dimension; the others use its first axes."""
    fitted = PCA(max(latent_dims)).fit(train)
    centered, codes = test - fitted.mean_, fitted.transform(test)
    return np.array(
        [
            np.square(centered - codes[:, :k] @ fitted.components_[:k]).sum(1).mean()
            for k in latent_dims
        ]
    )


def _a_fit_each(train: np.ndarray, test: np.ndarray, latent_dims: list[int]) -> np.ndarray:
    """Test errors `[K]` with one fit per dimension."""
    errors = []
    for latent_dim in latent_dims:
        fitted = PCA(latent_dim).fit(train)
        errors.append(np.square(test - fitted.inverse_transform(fitted.transform(test))).sum(1))
    return np.mean(errors, axis=1)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data=image_files(snakemake.input),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
