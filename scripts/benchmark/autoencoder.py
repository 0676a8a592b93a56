"""Measure the autoencoder of one latent dimension beside a plain one."""

from dlse.images.dataset import load_dataset, split
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor
from dlse.results.timing import benchmark_rows
from dlse.studies.benchmark.plain_autoencoder import train_plain_autoencoder
from dlse.studies.reconstruction.autoencoder import train_autoencoder
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table

OURS, PLAIN = "ours", "plain autoencoder"


def compare(
    data: dict[str, str], latent_dim: int, ours: dict, plain_epochs: int, seed: int,
    test_fraction: float, precision: str, rounds: int, metrics: str,
) -> None:  # fmt: skip
    """Write the CPU seconds until the test error is below PCA's, and until it is the plain
    network's last one; and the errors."""
    dataset = load_dataset(**data)
    pixels = as_tensor(dataset.images.reshape(len(dataset.images), -1))
    train, test = (pixels[part] for part in split(len(pixels), test_fraction, seed))
    dtype = resolve_precision(precision)
    pca = fit_pca(train.numpy())
    of_pca = float(reconstruction_errors(pca, test.numpy())[0][latent_dim])
    watched = {"test": test}
    runs: dict[str, list] = {OURS: [], PLAIN: []}
    for _ in range(rounds):
        _, records, _ = train_autoencoder(pca, latent_dim, ours, seed, train, watched, dtype)
        runs[OURS].append(records)
        _, records = train_plain_autoencoder(latent_dim, plain_epochs, seed, train, watched)
        runs[PLAIN].append(records)

    common = {"study": "benchmark", "dataset": dataset.label, "latent_dim": latent_dim}
    last = {name: of_name[0][-1]["test_error"] for name, of_name in runs.items()}
    errors = {**last, "PCA": of_pca}
    rows = [
        {**common, "variant": "autoencoder", "peer": name, "metric": "epsilon", "value": error,
         "unit": "1"}
        for name, error in errors.items()
    ]  # fmt: skip
    for line, goal in (("autoencoder_below_pca", of_pca), ("autoencoder_final", last[PLAIN])):
        seconds = {
            name: [_seconds_to(goal, records) for records in of_name]
            for name, of_name in runs.items()
        }
        if all(None not in values for values in seconds.values()):
            rows += benchmark_rows(line, dataset.label, seconds, latent_dim=latent_dim)
    print(", ".join(f"{name}: ε = {error:.2f}" for name, error in errors.items()))
    write_table(metrics_table(rows), metrics)


def _seconds_to(error: float, records: list[dict]) -> float | None:
    """CPU seconds after the first epoch with a test error of at most `error`."""
    seconds = (r["cpu_seconds"] for r in records if r["test_error"] <= error)
    return next(seconds, None)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
