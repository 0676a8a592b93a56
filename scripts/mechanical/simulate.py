"""Solve the blocks of some images: displacement fields of Mechanical MNIST."""

import time

import numpy as np

from dlse.images.dataset import load_dataset
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.finite_elements import Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver, Equilibria
from dlse.workflow.job import counted_progress, job
from dlse.workflow.tables import metrics_table, write_table
from dlse.workflow.whole_files import whole_file

AT_ONCE = 40  # blocks between two lines of the log


def simulate(
    data: dict[str, str], first: int, count: int, case: str, steps: list[int], element: str,
    refinement: int, fields: str, metrics: str,
) -> None:  # fmt: skip
    """Write displacements and pixels of `count` blocks from the `first` image on, test images
    first, and what says how well each was solved. A block without a solution has NaN."""
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

    common = {"study": "mechanical_solver", "dataset": dataset.label, "variant": "simulated"}
    of_shard = {**common, "first_image": first}
    rows = [{**of_shard, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"}]
    for metric in ("energies", "residuals", "determinants"):
        rows += [
            {**common, "image": first + block, "load_step": step, "metric": metric,
             "value": float(value), "unit": "1"}
            for block, values in enumerate(getattr(found, metric))
            for step, value in zip(steps, values, strict=True)
        ]  # fmt: skip
    failed = np.flatnonzero(np.isnan(found.energies).any(1))
    rows.append({**of_shard, "metric": "failures", "value": float(len(failed)), "unit": "1"})
    for block in failed:
        print(f"image {first + block}: no solution at every step; its block is left out")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        simulate(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            first=int(snakemake.wildcards.first),
            **snakemake.params.settings,
            fields=snakemake.output.fields,
            metrics=snakemake.output.metrics,
        )
