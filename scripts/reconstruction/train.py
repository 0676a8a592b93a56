"""Train one autoencoder of task 5."""

from dlse.images.dataset import load_samples
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor, n_parameters
from dlse.networks.weights import save_weights
from dlse.studies.reconstruction.autoencoder import squared_errors, train_autoencoder
from dlse.studies.reconstruction.pca import load_pca
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table

WATCHED = 2000


def train(
    data: dict[str, str],
    study: str,
    pca: str,
    latent_dim: int,
    settings: dict,
    seed: int,
    test_fraction: float,
    precision: str,
    model: str,
    metrics: str,
) -> None:
    """Write the network of the last epoch, ε after each epoch, and ε on all samples."""
    samples = load_samples(**data)
    x = as_tensor(samples.x)
    parts = dict(zip(("train", "test"), samples.split(test_fraction, seed), strict=True))
    samples_of = {name: x[part] for name, part in parts.items()}
    watched = {name: of[:WATCHED] for name, of in samples_of.items()}
    dtype = resolve_precision(precision)
    network, records, flops = train_autoencoder(
        load_pca(pca), latent_dim, settings, seed, samples_of["train"], watched, dtype
    )
    settings = {"latent_dim": latent_dim, **settings}
    save_weights(network.state_dict(), model, "autoencoder", settings, samples.label)

    common = {
        "study": study,
        "dataset": samples.label,
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
                "unit": samples.unit,
            }
            for name in watched
        ]
        seconds = record["cpu_seconds"]
        rows.append({**step, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
    for name, of in samples_of.items():
        errors = squared_errors(network, of).double()
        part = {**common, "split": name, "unit": samples.unit}
        of_objects = errors.view(-1, samples.snapshots).mean(1)  # these are independent
        mean, sem = errors.mean().item(), (of_objects.std() / len(of_objects) ** 0.5).item()
        rows += [
            {**part, "metric": "epsilon", "value": mean},
            {**part, "metric": "epsilon_sem", "value": sem},
        ]
        print(f"{name}: ε = {mean:.3f} ± {sem:.3f} over {len(of):,} samples")
    rows += [
        {**common, "metric": "flops", "value": flops, "unit": "FLOP"},
        {**common, "metric": "parameters", "value": float(n_parameters(network)), "unit": "1"},
        {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
    ]
    write_table(metrics_table(rows), metrics, {**settings, "precision": str(dtype)})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            data={name: snakemake.input[name] for name in ("samples", "about")},
            study=snakemake.wildcards.study,
            pca=snakemake.input.pca,
            latent_dim=int(snakemake.wildcards.latent_dim),
            settings=snakemake.params.settings,
            seed=int(snakemake.wildcards.seed),
            test_fraction=snakemake.params.test_fraction,
            precision=snakemake.params.precision,
            model=snakemake.output.model,
            metrics=snakemake.output.metrics,
        )
