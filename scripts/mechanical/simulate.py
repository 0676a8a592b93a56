"""Simulate displacement fields of Mechanical MNIST: solve the blocks of some images."""

import time

import numpy as np

from dlse.images.dataset import image_files, load_dataset
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.finite_elements import Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver, Equilibria
from dlse.workflow.job import counted_progress, job
from dlse.workflow.tables import Metrics
from dlse.workflow.whole_files import whole_file

AT_ONCE = 40  # blocks between two lines of the log


def simulate(
    data: dict[str, str], first: int, count: int, case: str, steps: list[int], element: str,
    refinement: int, fields: str, metrics: str,
) -> None:  # fmt: skip
    """Write the displacements and the pixels of `count` blocks, from image `first` on, in the
    order test images, then training images; and how well each was solved. The displacements of a
    block without a solution are NaN."""
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(first, count))
    solver = BlockSolver(LOAD_CASES[case], Discretization(element, refinement))
    parts: list[Equilibria] = []
    before = time.process_time()
    for start in range(0, max(len(bitmaps), 1), AT_ONCE):
        parts.append(solver.solve(bitmaps[start : start + AT_ONCE], steps))
        done = min(start + AT_ONCE, len(bitmaps))
        counted_progress("blocks", done, len(bitmaps), time.process_time() - before)
    seconds = time.process_time() - before
    found = Equilibria(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    with whole_file(fields) as path:
        np.savez(path, displacements=found.displacements.astype(np.float32), bitmaps=bitmaps)

    rows = Metrics("mechanical_solver", dataset.label, variant="simulated")
    rows.add("cpu_seconds", seconds, "CPU s", first_image=first)
    for metric in ("energies", "residuals", "determinants"):
        for (block, t), value in np.ndenumerate(getattr(found, metric)):
            rows.add(metric, float(value), image=first + block, load_step=steps[t])
    failed = np.flatnonzero(np.isnan(found.energies).any(1))
    rows.add("failures", float(len(failed)), first_image=first)
    for block in failed:
        print(f"image {first + block}: no solution at every step; its block is left out")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        simulate(
            data=image_files(snakemake.input),
            first=int(snakemake.wildcards.first),
            **snakemake.params.settings,
            fields=snakemake.output.fields,
            metrics=snakemake.output.metrics,
        )
