"""Solve some blocks with one kind of element on finer and finer meshes."""

import time

from dlse.images.dataset import image_files, load_dataset
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.finite_elements import Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def compare(
    data: dict[str, str], element: str, refinements: list[int], images: int, case: str,
    metrics: str,
) -> None:  # fmt: skip
    """Write each block's energy at the last load step and, for each mesh, the number of unknowns
    and the CPU seconds per block."""
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(0, images))
    last = LOAD_CASES[case].last_step
    rows = Metrics("mechanical_solver", dataset.label, variant="element", element=element)
    for refinement in refinements:
        grid = Discretization(element, refinement)
        solver = BlockSolver(LOAD_CASES[case], grid)
        _ = grid.pixels, grid.at_centers  # made once, whatever the number of blocks
        before = time.process_time()
        energies = solver.solve(bitmaps, [last]).energies[:, 0]
        seconds = (time.process_time() - before) / len(bitmaps)
        for image, energy in enumerate(energies):
            where = {"refinement": refinement, "image": image, "load_step": last}
            rows.add("energies", float(energy), **where)
        rows.add("unknowns", float(solver.is_free.sum()), refinement=refinement)
        rows.add("cpu_seconds", seconds, "CPU s", refinement=refinement)
        print(f"{element}, each pixel cut into {refinement}²: {seconds:.3g} CPU s per block")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data=image_files(snakemake.input),
            element=snakemake.wildcards.element,
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
