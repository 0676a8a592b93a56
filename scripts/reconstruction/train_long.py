"""Train one autoencoder of task 5 for longer, on the data set's own training samples."""

from dlse.networks.hardware import resolve_device
from dlse.studies.reconstruction.train import train
from dlse.workflow.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            **snakemake.input,
            study="reconstruction_long",
            network=snakemake.wildcards.network,
            latent_dim=snakemake.params.latent_dim,
            settings=snakemake.params.settings,
            seed=int(snakemake.wildcards.seed),
            test_fraction=None,
            precision=snakemake.params.precision,
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
