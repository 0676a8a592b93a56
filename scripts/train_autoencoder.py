"""Train one autoencoder of task 5."""

from dlse.autoencoder import squared_errors, train_autoencoder
from dlse.dataset import load_dataset, split
from dlse.job import job
from dlse.pca import load_pca
from dlse.tables import metrics_table, write_table
from dlse.training import as_tensor, n_parameters, resolve_precision
from dlse.weights import save_weights

WATCHED_IMAGES = 2000


def train(
    data: dict[str, str],
    pca: str,
    latent_dim: int,
    settings: dict,
    seed: int,
    test_fraction: float,
    precision: str,
    model: str,
    metrics: str,
) -> None:
    """Write the network of the last epoch, ε after each epoch, and ε on all images."""
    dataset = load_dataset(**data)
    pixels = as_tensor(dataset.images.reshape(len(dataset.images), -1))
    parts = dict(zip(("train", "test"), split(len(pixels), test_fraction, seed), strict=True))
    images = {name: pixels[part] for name, part in parts.items()}
    watched = {name: x[:WATCHED_IMAGES] for name, x in images.items()}
    dtype = resolve_precision(precision)
    network, records, flops = train_autoencoder(
        load_pca(pca), latent_dim, settings, seed, images["train"], watched, dtype
    )
    settings = {"latent_dim": latent_dim, **settings}
    save_weights(network.state_dict(), model, "autoencoder", settings, dataset.label)

    common = {
        "study": "reconstruction",
        "dataset": dataset.label,
        "variant": "autoencoder",
        "latent_dim": latent_dim,
        "seed": seed,
    }
    rows = []
    for record in records:
        step = {**common, "step": record["step"]}
        rows += [
            {
                **step,
                "split": name,
                "metric": "epsilon",
                "value": record[f"{name}_error"],
                "unit": "1",
            }
            for name in watched
        ]
        seconds = record["cpu_seconds"]
        rows.append({**step, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
    for name, x in images.items():
        errors = squared_errors(network, x).double()
        part = {**common, "split": name, "unit": "1"}
        mean, sem = errors.mean().item(), (errors.std() / len(x) ** 0.5).item()
        rows += [
            {**part, "metric": "epsilon", "value": mean},
            {**part, "metric": "epsilon_sem", "value": sem},
        ]
        print(f"{name}: ε = {mean:.3f} ± {sem:.3f} over {len(x):,} images")
    rows += [
        {**common, "metric": "flops", "value": flops, "unit": "FLOP"},
        {**common, "metric": "parameters", "value": float(n_parameters(network)), "unit": "1"},
        {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
    ]
    write_table(metrics_table(rows), metrics, {**settings, "precision": str(dtype)})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            pca=snakemake.input.pca,
            latent_dim=int(snakemake.wildcards.latent_dim),
            settings=snakemake.params.settings,
            seed=int(snakemake.wildcards.seed),
            test_fraction=snakemake.params.test_fraction,
            precision=snakemake.params.precision,
            model=snakemake.output.model,
            metrics=snakemake.output.metrics,
        )
