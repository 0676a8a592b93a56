"""Check what the block solver must satisfy whatever the block."""

from pathlib import Path
from statistics import median

import numpy as np
from scipy.linalg import lapack

from dlse.images.dataset import load_dataset
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
from dlse.workflow.tables import metrics_table, write_table

BLOCKS = 2
ROUNDS = 5
PATCH_CASES = ("equibiaxial_extension", "confined_compression")  # homogeneous by their sides


def check(
    data: dict[str, str], element: str, refinement: int, references: str | None, metrics: str
) -> None:  # fmt: skip
    """Every element: patch test, derivatives, rotation. The default one: balance of each load
    case. Linear triangles: the exact reference, where `references` has it."""
    dataset = load_dataset(**data)
    bitmaps = pixels_of(dataset.test_images_first(0, BLOCKS))
    found: list[dict] = []

    def note(metric: str, value: float, **parameters: str) -> None:
        found.append({"metric": metric, "value": value, "unit": "1", **parameters})
        print(f"{metric} {value:.1e}", *parameters.values())

    for name in ELEMENTS:
        grid = Discretization(name)
        for case in PATCH_CASES:
            solver = BlockSolver(LOAD_CASES[case], grid)
            last = len(solver.case.displacements) - 1
            note("patch_test", patch_test(solver, last), element=name, case=case)
        u = smooth_displacements(solver, BLOCKS)
        forces, stiffnesses = derivative_differences(solver, bitmaps, u)
        note("force_difference", forces, element=name)
        note("stiffness_difference", stiffnesses, element=name)
        note("rotation_difference", rotation_difference(solver, bitmaps, u), element=name)
    for case, of in LOAD_CASES.items():
        solver = BlockSolver(of, Discretization(element, refinement))
        last = len(of.displacements) - 1
        note("imbalance", imbalance(solver, bitmaps, [3, last]), element=element, case=case)
    if references is not None and dataset.label == "mnist":
        solver = BlockSolver(LOAD_CASES["uniaxial_extension"], Discretization("P1"))
        differences = reference_differences(solver, Path(references), bitmaps[REFERENCE_IMAGE])
        for metric, value in differences.items():
            note(metric, value, element="P1")
    solver = BlockSolver(LOAD_CASES["uniaxial_extension"], Discretization(element, refinement))
    for peer, seconds in assembly_seconds(solver, bitmaps).items():
        found.append({"metric": "assembly_cpu_seconds", "peer": peer, "element": element,
                      "value": seconds, "unit": "CPU s"})  # fmt: skip
        print(f"forces and stiffness of a block, {peer}: {1000 * seconds:.3g} CPU ms")
    common = {"study": "mechanical_solver", "dataset": dataset.label, "variant": "checks"}
    write_table(metrics_table([{**common, **row} for row in found]), metrics)


def assembly_seconds(solver: BlockSolver, bitmaps: np.ndarray) -> dict[str, float]:
    """CPU seconds for the forces and the stiffness of one block: ours (of many at once),
    scikit-fem's, and, beside these, the factorization of the stiffness. Medians, in turn."""
    bitmaps = np.resize(bitmaps, (BATCH, *bitmaps.shape[1:]))
    moduli, u = solver.moduli(bitmaps), smooth_displacements(solver, BATCH, noise=0.0)
    block = ScikitFemBlock(solver, bitmaps[0])
    F = solver.deformation_gradient(u)
    band = next(solver.stiffnesses(F, moduli)).T

    def ours() -> None:
        F = solver.deformation_gradient(u)
        solver.forces(F, moduli)
        for _ in solver.stiffnesses(F, moduli):
            pass

    contestants = {
        "ours": lambda: cpu_seconds(ours) / BATCH,
        "scikit-fem": lambda: cpu_seconds(
            lambda: (block.forces(u[:, 0]), block.stiffness(u[:, 0]))
        ),
        "factorization": lambda: cpu_seconds(lambda: lapack.dpbtrf(band, lower=1)),
    }
    return {name: median(of) for name, of in in_turn(contestants, ROUNDS).items()}


if __name__ == "__main__":
    with job(snakemake.log[0]):
        check(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
