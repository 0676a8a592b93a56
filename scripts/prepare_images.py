"""Find the images, verify them and write them in the normalized form."""

from pathlib import Path

from dlse.dataset import save_dataset
from dlse.job import job
from dlse.sources import find_images


def prepare_images(dataset: str, raw: str, sources: list[str], **outputs: str) -> None:
    """Print what was found; a stand-in is announced by a warning."""
    found = find_images(dataset, Path(raw), sources)
    print(
        f"{found.name}, from {found.source}: {len(found.train_images):,} training images, "
        f"{len(found.test_images):,} test images"
    )
    save_dataset(found, **{name: Path(path) for name, path in outputs.items()})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        prepare_images(
            dataset=snakemake.params.dataset,
            raw=snakemake.params.raw,
            sources=snakemake.params.sources,
            images=snakemake.output.images,
            labels=snakemake.output.labels,
            about=snakemake.output.about,
        )
