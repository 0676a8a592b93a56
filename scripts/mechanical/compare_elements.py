"""Solve some blocks with one kind of element, on finer and finer meshes."""

import time

from dlse.images.dataset import load_dataset
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.finite_elements import Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def compare(
    data: dict[str, str], element: str, refinements: list[int], images: int, case: str,
    metrics: str,
) -> None:  # fmt: skip
    """Write each block's energy at the last load step, and what a block takes."""
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(0, images))
    last = len(LOAD_CASES[case].displacements) - 1
    rows = []
    for refinement in refinements:
        grid = Discretization(element, refinement)
        solver = BlockSolver(LOAD_CASES[case], grid)
        _ = grid.pixels, grid.at_centers  # made once, whatever the number of blocks
        before = time.process_time()
        energies = solver.solve(bitmaps, [last]).energies[:, 0]
        seconds = (time.process_time() - before) / len(bitmaps)
        common = {"study": "mechanical_solver", "dataset": dataset.label, "variant": "element",
                  "element": element, "refinement": refinement}  # fmt: skip
        rows += [
            {**common, "image": image, "load_step": last, "metric": "energies",
             "value": float(energy), "unit": "1"}
            for image, energy in enumerate(energies)
        ]  # fmt: skip
        rows += [
            {**common, "metric": "unknowns", "value": float(solver.is_free.sum()), "unit": "1"},
            {**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"},
        ]
        print(f"{element}, each pixel cut into {refinement}²: {seconds:.3g} CPU s a block")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            element=snakemake.wildcards.element,
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
