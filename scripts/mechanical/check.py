"""Check what the block solver must satisfy for every block, and time its assembly."""

from pathlib import Path
from statistics import median

import numpy as np
from scipy.linalg import lapack

from dlse.images.dataset import image_files, load_dataset
from dlse.results.timing import cpu_seconds, in_turn
from dlse.studies.mechanical.fields import pixels_of
from dlse.studies.mechanical.solver.checks import (
    REFERENCE_IMAGE,
    derivative_differences,
    imbalance,
    patch_test,
    reference_differences,
    rotation_difference,
    smooth_displacements,
)
from dlse.studies.mechanical.solver.finite_elements import ELEMENTS, Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BATCH, BlockSolver
from dlse.studies.mechanical.solver.scikit_fem_block import ScikitFemBlock
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

BLOCKS = 2
ROUNDS = 5
# Their prescribed sides make a block of one stiffness deform homogeneously.
PATCH_CASES = ("equibiaxial_extension", "confined_compression")


def check(
    data: dict[str, str], element: str, refinement: int, references: str | None, metrics: str
) -> None:  # fmt: skip
    """Check every element: patch test, derivatives, rotation. Check the default one in each load
    case: balance of the reactions. Compare linear triangles with the exact reference, if the
    folder `references` has it."""
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(0, BLOCKS))
    rows = Metrics("mechanical_solver", dataset.label, variant="checks")

    def record(metric: str, value: float, **where: str) -> None:
        rows.add(metric, value, **where)
        print(f"{metric} {value:.1e}", *where.values())

    for name in ELEMENTS:
        grid = Discretization(name)
        for case in PATCH_CASES:
            solver = BlockSolver(LOAD_CASES[case], grid)
            difference = patch_test(solver, solver.case.last_step)
            record("patch_test", difference, element=name, case=case)
        u = smooth_displacements(solver, BLOCKS)
        forces, stiffnesses = derivative_differences(solver, bitmaps, u)
        record("force_difference", forces, element=name)
        record("stiffness_difference", stiffnesses, element=name)
        record("rotation_difference", rotation_difference(solver, bitmaps, u), element=name)
    default = Discretization(element, refinement)
    for name, case in LOAD_CASES.items():
        difference = imbalance(BlockSolver(case, default), bitmaps, [3, case.last_step])
        record("imbalance", difference, element=element, case=name)
    uniaxial = LOAD_CASES["uniaxial_extension"]
    if references is not None and dataset.label == "mnist":
        solver = BlockSolver(uniaxial, Discretization("P1"))
        differences = reference_differences(solver, Path(references), bitmaps[REFERENCE_IMAGE])
        for metric, value in differences.items():
            record(metric, value, element="P1")
    for peer, seconds in assembly_seconds(BlockSolver(uniaxial, default), bitmaps).items():
        rows.add("assembly_cpu_seconds", seconds, "CPU s", peer=peer, element=element)
        print(f"forces and stiffness of a block, {peer}: {1000 * seconds:.3g} CPU ms")
    rows.write(metrics)


def assembly_seconds(solver: BlockSolver, bitmaps: np.ndarray) -> dict[str, float]:
    """CPU seconds for the forces and the stiffness of one block, by this solver ("ours", of a
    batch of blocks at once) and by scikit-fem; and, for comparison, for the factorization of the
    stiffness. Medians of `ROUNDS` measurements, taken in turn."""
    bitmaps = np.resize(bitmaps, (BATCH, *bitmaps.shape[1:]))
    moduli, u = solver.moduli(bitmaps), smooth_displacements(solver, BATCH, noise=0.0)
    block = ScikitFemBlock(solver, bitmaps[0])
    F = solver.deformation_gradient(u)
    band = next(solver.stiffnesses(F, moduli)).T

    def assemble_batch() -> None:
        F = solver.deformation_gradient(u)
        solver.forces(F, moduli)
        for _ in solver.stiffnesses(F, moduli):
            pass

    contestants = {
        "ours": lambda: cpu_seconds(assemble_batch) / BATCH,
        "scikit-fem": lambda: cpu_seconds(
            lambda: (block.forces(u[:, 0]), block.stiffness(u[:, 0]))
        ),
        "factorization": lambda: cpu_seconds(lambda: lapack.dpbtrf(band, lower=1)),
    }
    return {name: median(rounds) for name, rounds in in_turn(contestants, ROUNDS).items()}


if __name__ == "__main__":
    with job(snakemake.log[0]):
        check(
            data=image_files(snakemake.input),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
