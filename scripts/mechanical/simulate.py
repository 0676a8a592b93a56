"""Simulate displacement fields of Mechanical MNIST: solve the blocks of some images."""

import time
from pathlib import Path

import numpy as np

from dlse.images.data_names import simulated_name
from dlse.images.dataset import image_files, load_dataset
from dlse.studies.mechanical.fields import Fields, normalized, pixels_of, save_fields
from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.studies.mechanical.published_fields import read_rows
from dlse.studies.mechanical.solver import BATCH, BlockSolver, quadrilaterals
from dlse.workflow.errors import UserError
from dlse.workflow.job import counted_progress, job
from dlse.workflow.tables import Metrics
from dlse.workflow.whole_files import whole_file

AT_ONCE = 25 * BATCH  # blocks between two lines of the log
FIRST_COMPARED_STEP = 3  # earlier energies are too small for five published decimals


def simulate_fields(
    data: dict[str, str], blocks: int, case: str, steps: list[int], references: list[str],
    fields: dict[str, str], metrics: str,
) -> None:  # fmt: skip
    """Solve the blocks of the first `blocks` images, test images first. Write the displacement
    fields of those that have a solution at every step (see `save_fields`), and to `metrics` the
    strain energies, and their differences from published ones.

    references: a file with the published energies of the first test images of MNIST under uniaxial
        extension, one column per step from 0 on; or none.
    """
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(0, blocks))
    solver = BlockSolver(LOAD_CASES[case], quadrilaterals())
    displacements = np.empty((len(bitmaps), len(steps), *bitmaps.shape[1:], 2), np.float32)
    energies = np.empty(displacements.shape[:2])
    before = time.process_time()
    for start in range(0, len(bitmaps), AT_ONCE):
        now = slice(start, start + AT_ONCE)
        displacements[now], energies[now] = solver.solve(bitmaps[now], steps)
        done = min(start + AT_ONCE, len(bitmaps))
        counted_progress("blocks", done, len(bitmaps), time.process_time() - before)
    seconds = time.process_time() - before
    solved = np.isfinite(energies).all(1)
    for image in np.flatnonzero(~solved):
        print(f"image {image}: no solution at every step; its block is left out")
    if solved.sum() < 2:
        raise UserError(
            f"Only {solved.sum()} of {len(solved)} blocks have a solution; try smaller "
            "mechanical.steps."
        )
    of_solved = Fields(
        name=simulated_name(dataset.name),
        images=dataset.name,
        source=f"simulated, {case.replace('_', ' ')}",
        is_stand_in=dataset.is_stand_in,
        steps=steps,
        displacements=displacements[solved],
        bitmaps=normalized(bitmaps[solved]),
    )
    save_fields(of_solved, **fields)

    rows = Metrics("mechanical_solver", dataset.label, variant="simulated")
    rows.add("cpu_seconds", seconds, "CPU s")
    rows.add("failures", float((~solved).sum()))
    for (image, t), energy in np.ndenumerate(energies):
        rows.add("energies", float(energy), image=image, load_step=steps[t])
    is_published = dataset.label == "mnist" and case == "uniaxial_extension"
    if references and is_published and steps[-1] >= FIRST_COMPARED_STEP:
        columns = 1 + LOAD_CASES[case].last_step
        published = read_rows(Path(references[0]), columns, most=len(bitmaps))[:, steps[-1]]
        differences = energies[: len(published), -1] / published - 1
        for image, difference in enumerate(differences):
            where = {"image": image, "load_step": steps[-1]}
            rows.add("published_difference", float(difference), **where)
    rows.write(metrics)


def simulate_shown(data: dict[str, str], count: int, shown: str) -> None:
    """Write the pixels of the first `count` blocks and, for each load case, their displacements
    `[count, T, 28, 28, 2]` at its steps 1 to T; NaN where a block has no solution."""
    found = {"bitmaps": pixels_of(load_dataset(**data).test_images_first(0, count))}
    for name, case in LOAD_CASES.items():
        solver = BlockSolver(case, quadrilaterals())
        steps = range(1, case.last_step + 1)
        displacements = solver.solve(found["bitmaps"], steps).displacements
        found[name] = displacements.astype(np.float32)
        print(f"{name}: {count} blocks at {len(steps)} steps")
    with whole_file(shown) as path:
        np.savez(path, **found)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        data = image_files(snakemake.input)
        written = dict(snakemake.output)
        simulate_shown(data, snakemake.params.shown_blocks, written.pop("shown"))
        if written:  # unless the fields are the published ones
            metrics = written.pop("metrics")
            simulate_fields(
                data,
                **snakemake.params.settings,
                references=list(snakemake.input.references),
                fields=written,
                metrics=metrics,
            )
