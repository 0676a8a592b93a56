"""Measure the CPU seconds that our autoencoder and a plain one take to the same test errors."""

from dlse.images.dataset import image_files, load_dataset, split
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor
from dlse.results.timing import benchmark_rows
from dlse.studies.benchmark.plain_autoencoder import train_plain_autoencoder
from dlse.studies.reconstruction.autoencoder import train_autoencoder
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

OURS, PLAIN = "ours", "plain autoencoder"


def compare(
    data: dict[str, str], latent_dim: int, recipe: dict, plain_epochs: int, seed: int,
    test_fraction: float, precision: str, rounds: int, metrics: str,
) -> None:  # fmt: skip
    """Train both autoencoders `rounds` times, in turn. Write their final test errors and PCA's,
    and the CPU seconds of both until the test error is at most PCA's, and until it is at most the
    plain autoencoder's final one. A goal that one of them misses is left out.

    recipe: what `train_autoencoder` is given.
    """
    dataset = load_dataset(**data)
    pixels = as_tensor(dataset.images.reshape(len(dataset.images), -1))
    train, test = (pixels[part] for part in split(len(pixels), test_fraction, seed))
    dtype = resolve_precision(precision)
    pca = fit_pca(train.numpy())
    pca_error = float(reconstruction_errors(pca, test.numpy())[0][latent_dim])
    watched = {"test": test}
    runs: dict[str, list] = {OURS: [], PLAIN: []}
    for _ in range(rounds):
        _, records, _ = train_autoencoder(pca, latent_dim, recipe, seed, train, watched, dtype)
        runs[OURS].append(records)
        _, records = train_plain_autoencoder(latent_dim, plain_epochs, seed, train, watched)
        runs[PLAIN].append(records)

    final = {name: of_name[0][-1]["test_error"] for name, of_name in runs.items()}
    rows = Metrics("benchmark", dataset.label, latent_dim=latent_dim)
    for name, error in {**final, "PCA": pca_error}.items():
        rows.add("epsilon", error, variant="autoencoder", peer=name)
        print(f"{name}: ε = {error:.2f}")
    goals = {"autoencoder_below_pca": pca_error, "autoencoder_final": final[PLAIN]}
    for line, goal in goals.items():
        seconds = {
            name: [_seconds_to(goal, records) for records in of_name]
            for name, of_name in runs.items()
        }
        if all(None not in values for values in seconds.values()):
            rows.rows += benchmark_rows(line, dataset.label, seconds, latent_dim=latent_dim)
    rows.write(metrics)


def _seconds_to(error: float, records: list[dict]) -> float | None:
    """The CPU seconds until the end of the first epoch with a test error of at most `error`."""
    seconds = (r["cpu_seconds"] for r in records if r["test_error"] <= error)
    return next(seconds, None)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data=image_files(snakemake.input),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
