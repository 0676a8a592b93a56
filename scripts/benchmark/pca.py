"""Measure PCA for every latent dimension against scikit-learn's."""

from collections.abc import Callable
from functools import partial

import numpy as np
from sklearn.decomposition import PCA

from dlse.images.dataset import load_dataset, split
from dlse.results.timing import benchmark_rows, cpu_seconds, in_turn
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def compare(
    data: dict[str, str], latent_dims: list[int], seed: int, test_fraction: float, rounds: int,
    metrics: str,
) -> None:  # fmt: skip
    """Write what fitting and the test errors of all `latent_dims` cost, and how far the errors
    are apart."""
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
    rows = benchmark_rows("pca", dataset.label, in_turn(timed, rounds))
    rows += [
        {"study": "benchmark", "dataset": dataset.label, "variant": "pca", "peer": name,
         "metric": "largest_relative_difference", "unit": "1",
         "value": float(np.abs(of_peer / errors["ours"] - 1).max())}
        for name, of_peer in errors.items() if name != "ours"
    ]  # fmt: skip
    write_table(metrics_table(rows), metrics)


def _one_fit(train: np.ndarray, test: np.ndarray, latent_dims: list[int]) -> np.ndarray:
    """The largest dimension fitted, the others cut from it."""
    fitted = PCA(max(latent_dims)).fit(train)
    centered, codes = test - fitted.mean_, fitted.transform(test)
    return np.array(
        [
            np.square(centered - codes[:, :k] @ fitted.components_[:k]).sum(1).mean()
            for k in latent_dims
        ]
    )


def _a_fit_each(train: np.ndarray, test: np.ndarray, latent_dims: list[int]) -> np.ndarray:
    errors = []
    for latent_dim in latent_dims:
        fitted = PCA(latent_dim).fit(train)
        errors.append(np.square(test - fitted.inverse_transform(fitted.transform(test))).sum(1))
    return np.mean(errors, axis=1)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
