"""Gather the errors of PCA and autoencoders on the fields and on the images of their blocks."""

from dlse.results.gather import gather
from dlse.workflow.job import job

if __name__ == "__main__":
    with job(snakemake.log[0]):
        for name in ("mechanical", "bitmaps"):
            gather(
                parts=list(snakemake.input[name]),
                metrics=snakemake.output[name],
                curves=snakemake.output[f"{name}_curves"],
            )
