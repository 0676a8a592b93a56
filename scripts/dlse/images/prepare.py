"""Find the images, verify them and write them as normalized images."""

from pathlib import Path
from typing import TextIO

from dlse.images.dataset import save_dataset
from dlse.images.sources import find_images
from dlse.workflow.job import job


def prepare_images(
    dataset: str, raw: str, sources: list[str], terminal: TextIO, **outputs: str
) -> None:
    """Print which images were found, and warn on `terminal` if they are a stand-in."""
    found = find_images(dataset, Path(raw), sources)
    if found.is_stand_in:
        print(
            "Warning: MNIST is not in reach; scikit-learn's 1,797 digits stand in for it, and "
            "claims about MNIST are not evaluated. The log of this job lists what was tried.",
            file=terminal,
            flush=True,
        )
    print(
        f"{found.name}, from {found.source}: {len(found.train_images):,} training images, "
        f"{len(found.test_images):,} test images"
    )
    save_dataset(found, **{name: Path(path) for name, path in outputs.items()})


if __name__ == "__main__":
    with job(snakemake.log[0]) as terminal:
        prepare_images(
            dataset=snakemake.params.dataset,
            raw=snakemake.params.raw,
            sources=snakemake.params.sources,
            terminal=terminal,
            images=snakemake.output.images,
            labels=snakemake.output.labels,
            about=snakemake.output.about,
        )
