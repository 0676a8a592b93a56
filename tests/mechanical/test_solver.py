"""The block solver against an exact reference, published energies, the assembly of scikit-fem and
the conditions that every equilibrium satisfies."""

from pathlib import Path

import numpy as np
import pytest

from dlse.studies.mechanical import hyperelasticity
from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.studies.mechanical.solver import BlockSolver, quadrilaterals
from support.block_peers import (
    ScikitFemBlock,
    banded_product,
    derivative_differences,
    patch_test,
    smooth_displacements,
    triangles,
)

PUBLISHED = Path(__file__).parents[2] / "../shared/mechanical_mnist"
MNIST = PUBLISHED.parent / "mnist"
MESHES = {"quadrilaterals": quadrilaterals, "triangles": triangles}

needs_published = pytest.mark.skipif(
    not (PUBLISHED.is_dir() and MNIST.is_dir()),
    reason=f"needs the published values in {PUBLISHED} and the images in {MNIST}",
)
on_each_mesh = pytest.mark.parametrize("mesh", MESHES)


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


def block_solver(mesh="quadrilaterals", case="uniaxial_extension") -> BlockSolver:
    return BlockSolver(LOAD_CASES[case], MESHES[mesh]())


@needs_published
def test_linear_triangles_agree_with_the_exact_reference(test_images):
    """The reference is of the second test image. It loses about 3e-11 when it subtracts the energy
    at rest, which is more than 1e-9 of it before step 4."""
    found = block_solver("triangles").solve(test_images[1:2], list(range(1, 13)))
    energies = np.loadtxt(PUBLISHED / "p1_test1_strain_energy.txt")[1:]
    assert np.abs(found.energies[0] / energies - 1)[3:].max() < 1e-9
    for step in (3, 7, 12):
        for component, axis in enumerate("xy"):
            displacements = np.loadtxt(PUBLISHED / f"p1_test1_disp_step{step}_{axis}.txt")
            difference = found.displacements[0, step - 1, ..., component].ravel()
            assert np.abs(difference - displacements.ravel()).max() < 1e-9


@needs_published
def test_energies_are_close_to_the_published_ones(test_images):
    published = np.loadtxt(PUBLISHED / "summary_psi_test_first1000.txt")[:40, -1]
    found = block_solver().solve(test_images[:40], [12])
    error = np.abs(found.energies[:, 0] / published - 1)
    assert error.mean() < 0.006
    assert error.max() < 0.015


@on_each_mesh
@pytest.mark.parametrize("case", ["equibiaxial_extension", "confined_compression"])
def test_a_homogeneous_block_deforms_homogeneously(mesh, case):
    """The patch test, at finite strain."""
    for step in (5, 10):
        assert patch_test(block_solver(mesh, case), step) < 1e-9


@on_each_mesh
def test_forces_and_stiffnesses_are_derivatives_of_the_energy(mesh, bitmaps):
    solver = block_solver(mesh)
    assert max(derivative_differences(solver, bitmaps, smooth_displacements(solver, 2))) < 1e-6


def test_a_wrong_stiffness_is_detected(bitmaps, monkeypatch):
    tangent = hyperelasticity.tangent
    monkeypatch.setattr(hyperelasticity, "tangent", lambda *args: 1.001 * tangent(*args))
    solver = block_solver()
    forces, stiffnesses = derivative_differences(solver, bitmaps, smooth_displacements(solver, 2))
    assert forces < 1e-6 < 1e-4 < stiffnesses


@on_each_mesh
def test_energy_forces_and_stiffness_agree_with_scikit_fem(mesh, bitmaps):
    solver = block_solver(mesh)
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
def test_energies_grow_with_every_load(case, bitmaps):
    solver = block_solver(case=case)
    energies = solver.solve(bitmaps, [3, 6, solver.case.last_step]).energies
    assert (np.diff(energies) > 0).all()


def test_a_rigid_rotation_needs_no_force(bitmaps):
    solver = block_solver()
    turn = np.array([[np.cos(2), -np.sin(2)], [np.sin(2), np.cos(2)]]) - np.eye(2)
    moduli = solver.moduli(bitmaps)
    u = np.repeat((turn @ solver.mesh.locations)[:, None], 2, axis=1)
    F = solver.deformation_gradient(u)
    np.testing.assert_allclose(solver.forces(F, moduli), 0, atol=1e-10)
    np.testing.assert_allclose(solver.energy(F, moduli), 0, atol=1e-9)


def test_a_block_without_a_solution_does_not_affect_the_others(bitmaps):
    solver = block_solver()
    broken = np.full((1, 28, 28), np.nan)
    together = solver.solve(np.concatenate([bitmaps, broken]), [3, 12])
    for name, values in together._asdict().items():
        assert np.isnan(values[2]).all(), name
    for block in range(2):
        alone = solver.solve(bitmaps[block : block + 1], [3, 12])
        np.testing.assert_allclose(alone.displacements[0], together.displacements[block], atol=1e-9)


def test_the_result_at_a_step_does_not_depend_on_the_steps_before(bitmaps):
    solver = block_solver()
    direct = solver.solve(bitmaps, [12])
    by_steps = solver.solve(bitmaps, [2, 5, 8, 10, 12])
    np.testing.assert_allclose(
        direct.displacements[:, -1], by_steps.displacements[:, -1], atol=1e-8
    )


def test_a_load_that_is_too_large_for_newton_is_halved(bitmaps, monkeypatch):
    expected = block_solver().solve(bitmaps, [12])
    monkeypatch.setattr("dlse.studies.mechanical.solver.ITERATIONS", 8)
    found = block_solver().solve(bitmaps, [12])
    np.testing.assert_allclose(found.displacements, expected.displacements, atol=1e-7)
    monkeypatch.setattr("dlse.studies.mechanical.solver.HALVINGS", 0)
    assert np.isnan(block_solver().solve(bitmaps, [12]).energies).any()


def test_stiff_pixels_in_the_upper_left_corner_stretch_least_there():
    pixels = np.zeros((1, 28, 28))
    pixels[0, :14, :14] = 255
    u = block_solver().solve(pixels, [12]).displacements[0, 0]  # rows from the bottom
    stretch = np.diff(u[..., 1], axis=0)
    upper_left, lower_left = stretch[14:, :14].mean(), stretch[:13, :14].mean()
    assert upper_left < 0.2 * lower_left
