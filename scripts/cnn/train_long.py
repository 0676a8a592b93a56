"""Train one CNN for longer, on all training images, with the recipe of the config."""

from dlse.images.dataset import image_files
from dlse.networks.hardware import resolve_device
from dlse.studies.cnn.network import Settings
from dlse.studies.cnn.train import train
from dlse.workflow.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            data=image_files(snakemake.input),
            settings=Settings(**snakemake.params.settings),
            seed=int(snakemake.wildcards.seed),
            precision=snakemake.params.precision,
            device=resolve_device(snakemake.params.device),
            study="cnn_long",
            averaging=snakemake.params.averaging,
            **snakemake.output,
        )
