"""Solve some blocks at every load step, for the page to play with."""

import numpy as np

from dlse.images.dataset import image_files, load_dataset
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.finite_elements import Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file


def simulate(
    data: dict[str, str], count: int, case: str, element: str, refinement: int, blocks: str
) -> None:
    """Write the pixels of the first `count` blocks and their displacements `[count, T, 28, 28, 2]`
    at steps 1 to T, the last one, of the load case. Where a block has no solution, they are NaN."""
    bitmaps = pixels_of(load_dataset(**data).test_images_first(0, count))
    solver = BlockSolver(LOAD_CASES[case], Discretization(element, refinement))
    steps = range(1, LOAD_CASES[case].last_step + 1)
    found = solver.solve(bitmaps, steps).displacements
    print(f"{case}: {len(bitmaps)} blocks at {len(steps)} steps")
    with whole_file(blocks) as path:
        np.savez(path, bitmaps=bitmaps, displacements=found.astype(np.float32))


if __name__ == "__main__":
    with job(snakemake.log[0]):
        simulate(
            data=image_files(snakemake.input),
            **snakemake.params.settings,
            blocks=snakemake.output[0],
        )
