"""Measure the error that an autoencoder leaves with refined codes, on the test samples."""

import time

import torch

from dlse.images.dataset import load_samples
from dlse.networks.hardware import resolve_device
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.reconstruction.refinement import refined_codes
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def refine(
    samples: str, about: str, model: str, network: str, seed: int, steps: int, device: str,
    metrics: str,
) -> None:  # fmt: skip
    """Write ε on the data set's own test samples, and what the refinement cost.

    network: its name. steps: see `refined_codes`.
    """
    data = load_samples(samples, about)
    _, test = data.own_split()
    x = as_tensor(data.x[test]).to(device)
    autoencoder = restore_autoencoder(load_weights(model)).to(device)
    before = time.process_time()
    codes = refined_codes(autoencoder, x, steps)
    seconds = time.process_time() - before
    with torch.no_grad():
        error = (autoencoder.decode(codes) - x).square().sum(1).double().mean().item()
    print(f"refined codes: ε = {error:.3f} over {len(x):,} samples, in {seconds:.1f} CPU s")
    rows = Metrics(
        "reconstruction_long",
        data.label,
        variant=f"{network.replace('_', ' ')}, refined codes",
        latent_dim=codes.shape[1],
        seed=seed,
    )
    rows.add("epsilon", error, data.unit, split="official test")
    rows.add("refinement_cpu_seconds", seconds, "CPU s")
    rows.add("refinements", steps)
    rows.write(metrics, {"device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        refine(
            **snakemake.input,
            network=snakemake.wildcards.network,
            seed=int(snakemake.wildcards.seed),
            steps=snakemake.params.steps,
            device=resolve_device(snakemake.params.device),
            metrics=snakemake.output[0],
        )
