"""The block solver against an exact reference, published energies, the assembly of scikit-fem and
the conditions that every equilibrium satisfies."""

from pathlib import Path

import numpy as np
import pytest

from dlse.studies.mechanical.solver import hyperelasticity
from dlse.studies.mechanical.solver.checks import (
    REFERENCE_IMAGE,
    banded_product,
    derivative_differences,
    imbalance,
    patch_test,
    reference_differences,
    rotation_difference,
    smooth_displacements,
)
from dlse.studies.mechanical.solver.finite_elements import ELEMENTS, Discretization
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.studies.mechanical.solver.newton import BlockSolver
from dlse.studies.mechanical.solver.scikit_fem_block import ScikitFemBlock

PUBLISHED = Path(__file__).parents[2] / "../shared/mechanical_mnist"
MNIST = PUBLISHED.parent / "mnist"

needs_published = pytest.mark.skipif(
    not (PUBLISHED.is_dir() and MNIST.is_dir()), reason="no published values in ../shared here"
)


@pytest.fixture(scope="module")
def bitmaps() -> np.ndarray:
    """Two images `[2, 28, 28]` without any symmetry."""
    y, x = np.mgrid[0:28, 0:28] / 27
    first = 255 * np.exp(-20 * ((x - 0.3) ** 2 + 2 * (y - 0.6) ** 2))
    second = 255 * (np.sin(5 * x + 3 * y) > 0.2)
    return np.stack([first, second])


@pytest.fixture(scope="module")
def test_images() -> np.ndarray:
    from dlse.images.sources import find_images

    return find_images("mnist", MNIST, []).test_images


def block_solver(element="S2R", case="uniaxial_extension", refinement=1) -> BlockSolver:
    return BlockSolver(LOAD_CASES[case], Discretization(element, refinement))


@needs_published
def test_linear_triangles_agree_with_the_exact_reference(test_images):
    found = reference_differences(block_solver("P1"), PUBLISHED, test_images[REFERENCE_IMAGE])
    assert found["reference_displacement"] < 1e-9
    assert found["reference_energy"] < 1e-9
    assert found["reference_energy_step3"] < 5e-9  # rounding solver the reference
    assert found["reference_reaction"] < 1e-7


@needs_published
def test_energies_of_the_default_element_are_close_to_the_published_ones(test_images):
    published = np.loadtxt(PUBLISHED / "summary_psi_test_first1000.txt")[:16, -1]
    found = block_solver().solve(test_images[:16], [12])
    error = np.abs(found.energies[:, 0] / published - 1)
    assert error.mean() < 0.005
    assert error.max() < 0.015


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("case", ["equibiaxial_extension", "confined_compression"])
def test_a_homogeneous_block_deforms_homogeneously(element, case):
    """The patch test, at finite strain."""
    solver = block_solver(element, case)
    for step in (5, 10):
        assert patch_test(solver, step) < 1e-9


def test_the_patch_test_detects_wrong_gradients(monkeypatch):
    solver = block_solver("Q1R", "equibiaxial_extension")
    monkeypatch.setattr(solver, "_by_points", 1.001 * solver._by_points)
    assert patch_test(solver, 10) > 1e-4


@pytest.mark.parametrize("element", ELEMENTS)
def test_forces_and_stiffnesses_are_derivatives_of_the_energy(element, bitmaps):
    solver = block_solver(element)
    assert max(derivative_differences(solver, bitmaps, smooth_displacements(solver, 2))) < 1e-6


def test_a_wrong_stiffness_is_detected(bitmaps, monkeypatch):
    tangent = hyperelasticity.tangent
    monkeypatch.setattr(hyperelasticity, "tangent", lambda *args: 1.001 * tangent(*args))
    solver = block_solver()
    forces, stiffnesses = derivative_differences(solver, bitmaps, smooth_displacements(solver, 2))
    assert forces < 1e-6 < 1e-4 < stiffnesses


@pytest.mark.parametrize("element", ["P1", "P2", "Q1", "S2R"])
def test_energy_forces_and_stiffness_agree_with_scikit_fem(element, bitmaps):
    solver = block_solver(element)
    peer = ScikitFemBlock(solver, bitmaps[0])
    u = smooth_displacements(solver, 1)
    moduli = solver.moduli(bitmaps[:1])
    F = solver.deformation_gradient(u)
    assert solver.energy(F, moduli)[0] == pytest.approx(peer.energy(u[:, 0]), rel=1e-12)
    np.testing.assert_allclose(solver.forces(F, moduli)[:, 0], peer.forces(u[:, 0]), atol=1e-9)
    toward = np.where(solver.is_free, np.random.default_rng(1).normal(size=solver.is_free.shape), 0)
    expected = (peer.stiffness(u[:, 0]) @ toward.ravel()).reshape(2, -1).T[solver.is_free.T]
    product = banded_product(next(solver.stiffnesses(F, moduli)), toward.T[solver.is_free.T])
    np.testing.assert_allclose(product, expected, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("case", LOAD_CASES)
def test_reactions_balance_in_every_load_case(case, bitmaps):
    solver = block_solver(case=case)
    steps = [3, solver.case.last_step]
    found = solver.solve(bitmaps, steps)
    assert (found.residuals < 1e-9).all()
    assert (found.determinants > 0).all()
    assert (found.energies[:, 1] > found.energies[:, 0]).all()
    assert imbalance(solver, bitmaps, steps) < 1e-8


def test_the_force_at_the_moving_end_is_the_derivative_of_the_energy(bitmaps):
    """The force is dΨ/dd."""
    solver = block_solver("Q1R")
    case = solver.case
    near = [d * case.displacements[8] for d in (0.999, 1.0, 1.001)]
    case = type(case)(**{**vars(case), "displacements": (0.0, *near)})
    found = BlockSolver(case, solver.grid).solve(bitmaps, [1, 2, 3])
    slope = (found.energies[:, 2] - found.energies[:, 0]) / (near[2] - near[0])
    np.testing.assert_allclose(slope, found.reactions[:, 1, 2], rtol=1e-5)


def test_a_rigid_rotation_needs_no_force(bitmaps):
    solver = block_solver()
    turn = np.array([[np.cos(2), -np.sin(2)], [np.sin(2), np.cos(2)]]) - np.eye(2)
    moduli = solver.moduli(bitmaps)
    u = np.repeat((turn @ solver.grid.locations)[:, None], 2, axis=1)
    F = solver.deformation_gradient(u)
    np.testing.assert_allclose(solver.forces(F, moduli), 0, atol=1e-10)
    np.testing.assert_allclose(solver.energy(F, moduli), 0, atol=1e-9)


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_energy_does_not_depend_on_the_frame(element, bitmaps):
    solver = block_solver(element)
    assert rotation_difference(solver, bitmaps, smooth_displacements(solver, 2)) < 1e-12


def test_no_blocks_give_empty_results(bitmaps):
    found = block_solver("Q1R").solve(bitmaps[:0], [3, 12])
    assert found.displacements.shape == (0, 2, 28, 28, 2)


def test_a_block_without_a_solution_does_not_affect_the_others(bitmaps):
    solver = block_solver("Q1R")
    broken = np.full((1, 28, 28), np.nan)
    together = solver.solve(np.concatenate([bitmaps, broken]), [3, 12])
    for name, values in together._asdict().items():
        assert np.isnan(values[2]).all(), name
    for block in range(2):
        alone = solver.solve(bitmaps[block : block + 1], [3, 12])
        np.testing.assert_allclose(alone.displacements[0], together.displacements[block], atol=1e-9)


def test_the_result_at_a_step_does_not_depend_on_the_steps_before(bitmaps):
    solver = block_solver("Q1R")
    direct = solver.solve(bitmaps, [12])
    by_steps = solver.solve(bitmaps, [2, 5, 8, 10, 12])
    np.testing.assert_allclose(
        direct.displacements[:, -1], by_steps.displacements[:, -1], atol=1e-8
    )


def test_stiff_pixels_in_the_upper_left_corner_stretch_least_there():
    pixels = np.zeros((1, 28, 28))
    pixels[0, :14, :14] = 255
    u = block_solver("Q1R").solve(pixels, [12]).displacements[0, 0]  # rows from the bottom
    stretch = np.diff(u[..., 1], axis=0)
    upper_left, lower_left = stretch[14:, :14].mean(), stretch[:13, :14].mean()
    assert upper_left < 0.2 * lower_left


@pytest.mark.parametrize("element", ["Q1", "P2"])
def test_finer_meshes_need_less_energy(element, bitmaps):
    """A finer mesh contains the displacements of the coarser one; quadrature is almost exact."""
    energies = [
        block_solver(element, refinement=refinement).solve(bitmaps[:1], [8]).energies[0, 0]
        for refinement in (1, 2)
    ]
    assert energies[1] < energies[0]
    reference = block_solver("Q2", refinement=2).solve(bitmaps[:1], [8]).energies[0, 0]
    assert abs(energies[1] / reference - 1) < abs(energies[0] / reference - 1)
