"""Solve some blocks in every load case, for the figure of deformed blocks."""

import numpy as np

from dlse.images.dataset import image_files, load_dataset
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.finite_elements import Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file


def simulate(data: dict[str, str], count: int, element: str, refinement: int, shown: str) -> None:
    """Write the pixels of the first `count` blocks and, for each load case, their displacements
    `[count, 28, 28, 2]` at its last step."""
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(0, count))
    found = {"bitmaps": bitmaps}
    for name, case in LOAD_CASES.items():
        solver = BlockSolver(case, Discretization(element, refinement))
        found[name] = solver.solve(bitmaps, [case.last_step]).displacements[:, 0]
        print(f"{name}: {len(bitmaps)} blocks at step {case.last_step}")
    with whole_file(shown) as path:
        np.savez(path, **found)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        simulate(
            data=image_files(snakemake.input),
            **snakemake.params.settings,
            shown=snakemake.output[0],
        )
