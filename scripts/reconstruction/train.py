"""Train the autoencoders of one seed, one for each latent dimension, and measure their errors."""

from dlse.images.dataset import load_samples
from dlse.networks.hardware import format_name, resolve_device, resolve_precision
from dlse.networks.training import as_tensor, n_parameters
from dlse.networks.weights import save_weights
from dlse.studies.reconstruction.autoencoder import autoencoder_beside, plain_autoencoder
from dlse.studies.reconstruction.pca import load_pca
from dlse.studies.reconstruction.training import squared_errors, train_autoencoder
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

NETWORKS = {"autoencoder": autoencoder_beside, "plain_autoencoder": plain_autoencoder}
WATCHED = 2000  # samples of each part, on which ε is recorded after each epoch


def train(
    samples: str,
    about: str,
    pca: str,
    study: str,
    network: str,
    latent_dim: int,
    settings: dict,
    seed: int,
    test_fraction: float | None,
    precision: str,
    device: str,
    model: str,
    metrics: str,
) -> None:
    """Write the network of the last epoch to `model`, and to `metrics` ε after each epoch, ε on all
    samples of both parts, and what the training cost.

    pca: PCA of the same split. network: a key of `NETWORKS`. settings: see `train_autoencoder`.
    test_fraction: see `Samples.split`.
    """
    data = load_samples(samples, about)
    x, fitted = as_tensor(data.x), load_pca(pca)
    split = data.split(test_fraction, seed)
    parts = {name: x[part] for name, part in zip(("train", "test"), split, strict=True)}
    watched = {name: part[:WATCHED] for name, part in parts.items()}
    dtype = resolve_precision(precision, device)
    trained, records, flops = train_autoencoder(
        fitted, latent_dim, settings, seed, parts["train"], watched, dtype, device,
        NETWORKS[network],
    )  # fmt: skip
    recipe = {"latent_dim": latent_dim, **settings}
    save_weights(trained.state_dict(), model, "autoencoder", recipe, data.label)

    variant = network.replace("_", " ")
    rows = Metrics(study, data.label, variant=variant, latent_dim=latent_dim, seed=seed)
    for record in records:
        step = record["step"]
        for name in watched:
            rows.add("epsilon", record[f"{name}_error"], data.unit, split=name, step=step)
        rows.add("cpu_seconds", record["cpu_seconds"], "CPU s", step=step)
    for name, part in parts.items():
        mean = squared_errors(trained, part).double().mean().item()
        rows.add("epsilon", mean, data.unit, split=name)
        print(f"{latent_dim} dimensions, {name}: ε = {mean:.3f} over {len(part):,} samples")
    rows.add("flops", flops, "FLOP")
    rows.add("parameters", n_parameters(trained))
    rows.add("cpu_seconds", records[-1]["cpu_seconds"], "CPU s")
    rows.write(metrics, {**recipe, "precision": format_name(dtype), "device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            samples=snakemake.input.samples,
            about=snakemake.input.about,
            pca=snakemake.input.pca,
            study=snakemake.wildcards.study,
            network=snakemake.wildcards.network,
            latent_dim=int(snakemake.wildcards.latent_dim),
            settings=snakemake.params.settings,
            seed=int(snakemake.wildcards.seed),
            test_fraction=snakemake.params.test_fraction,
            precision=snakemake.params.precision,
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
