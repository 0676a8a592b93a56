"""Put displacement fields into the normalized form, simulated or published ones."""

from pathlib import Path

import numpy as np

from dlse.images.data_names import simulated_name
from dlse.images.dataset import load_description
from dlse.studies.mechanical.fields import Fields, normalized, save_fields
from dlse.studies.mechanical.published_fields import find_published, read_published
from dlse.workflow.arrays import load_arrays
from dlse.workflow.errors import UserError
from dlse.workflow.job import job


def gather(parts: list[str], images: str, case: str, steps: list[int]) -> Fields:
    """All simulated blocks that have a solution at every step.

    images: the description of the images, after which the data set is named.
    """
    loaded = [load_arrays(part) for part in parts]
    displacements = np.concatenate([part["displacements"] for part in loaded])
    bitmaps = np.concatenate([part["bitmaps"] for part in loaded])
    solved = np.isfinite(displacements).all((1, 2, 3, 4))
    if solved.sum() < 2:
        raise UserError(
            f"Only {solved.sum()} of {len(solved)} blocks have a solution; see the logs of "
            "simulate_blocks, and try another mechanical.element or smaller mechanical.steps."
        )
    about = load_description(images)
    return Fields(
        name=simulated_name(about["name"]),
        images=about["name"],
        source=f"simulated, {case.replace('_', ' ')}",
        is_stand_in=about["is_stand_in"],
        steps=steps,
        displacements=displacements[solved],
        bitmaps=normalized(bitmaps[solved]),
    )


def read(
    source: str, downloads: str, archive: str, case: str, steps: list[int], blocks: int
) -> Fields:
    """The first `blocks` published blocks."""
    folder, address = find_published(source, Path(downloads), archive, case)
    return read_published(folder, address, steps, blocks)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        if snakemake.params.is_simulated:
            parts, about = list(snakemake.input.parts), snakemake.input.about
            fields = gather(parts, about, **snakemake.params.settings)
        else:
            fields = read(**snakemake.params.settings)
        print(f"{len(fields.bitmaps):,} blocks at steps {fields.steps}, from {fields.source}")
        save_fields(fields, **snakemake.output)
