"""The block solver against an exact reference, published energies, scikit-fem's own assembly,
and what every equilibrium must satisfy."""

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
    """Two smooth images `[2, 28, 28]`, unlike in every symmetry."""
    y, x = np.mgrid[0:28, 0:28] / 27
    first = 255 * np.exp(-20 * ((x - 0.3) ** 2 + 2 * (y - 0.6) ** 2))
    second = 255 * (np.sin(5 * x + 3 * y) > 0.2)
    return np.stack([first, second])


@pytest.fixture(scope="module")
def test_images() -> np.ndarray:
    from dlse.images.sources import find_images

    return find_images("mnist", MNIST, []).test_images


def solver(element="S2R", case="uniaxial_extension", refinement=1) -> BlockSolver:
    return BlockSolver(LOAD_CASES[case], Discretization(element, refinement))


@needs_published
def test_linear_triangles_meet_the_exact_reference(test_images):
    found = reference_differences(solver("P1"), PUBLISHED, test_images[REFERENCE_IMAGE])
    assert found["reference_displacement"] < 1e-9
    assert found["reference_energy"] < 1e-9
    assert found["reference_energy_step3"] < 5e-9  # what the reference lost at rest
    assert found["reference_reaction"] < 1e-7


@needs_published
def test_the_default_element_is_near_the_published_energies(test_images):
    published = np.loadtxt(PUBLISHED / "summary_psi_test_first1000.txt")[:16, -1]
    found = solver().solve(test_images[:16], [12])
    error = np.abs(found.energies[:, 0] / published - 1)
    assert error.mean() < 0.005
    assert error.max() < 0.015


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("case", ["equibiaxial_extension", "confined_compression"])
def test_a_homogeneous_block_deforms_homogeneously(element, case):
    """The patch test, at finite strain."""
    of = solver(element, case)
    for step in (5, 10):
        assert patch_test(of, step) < 1e-9


def test_the_patch_test_sees_wrong_gradients(monkeypatch):
    of = solver("Q1R", "equibiaxial_extension")
    monkeypatch.setattr(of, "_by_points", 1.001 * of._by_points)
    assert patch_test(of, 10) > 1e-4


@pytest.mark.parametrize("element", ELEMENTS)
def test_forces_and_stiffnesses_are_derivatives(element, bitmaps):
    of = solver(element)
    assert max(derivative_differences(of, bitmaps, smooth_displacements(of, 2))) < 1e-6


def test_a_wrong_stiffness_is_seen(bitmaps, monkeypatch):
    tangent = hyperelasticity.tangent
    monkeypatch.setattr(hyperelasticity, "tangent", lambda *of: 1.001 * tangent(*of))
    of = solver()
    forces, stiffnesses = derivative_differences(of, bitmaps, smooth_displacements(of, 2))
    assert forces < 1e-6 < 1e-4 < stiffnesses


@pytest.mark.parametrize("element", ["P1", "P2", "Q1", "S2R"])
def test_energy_forces_and_stiffness_are_those_of_scikit_fem(element, bitmaps):
    of = solver(element)
    peer = ScikitFemBlock(of, bitmaps[0])
    u = smooth_displacements(of, 1)
    moduli = of.moduli(bitmaps[:1])
    F = of.deformation_gradient(u)
    assert of.energy(F, moduli)[0] == pytest.approx(peer.energy(u[:, 0]), rel=1e-12)
    np.testing.assert_allclose(of.forces(F, moduli)[:, 0], peer.forces(u[:, 0]), atol=1e-9)
    toward = np.where(of.is_free, np.random.default_rng(1).normal(size=of.is_free.shape), 0)
    expected = (peer.stiffness(u[:, 0]) @ toward.ravel()).reshape(2, -1).T[of.is_free.T]
    product = banded_product(next(of.stiffnesses(F, moduli)), toward.T[of.is_free.T])
    np.testing.assert_allclose(product, expected, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("case", LOAD_CASES)
def test_equilibria_balance(case, bitmaps):
    of = solver(case=case)
    last = len(of.case.displacements) - 1
    found = of.solve(bitmaps, [3, last])
    assert (found.residuals < 1e-9).all()
    assert (found.determinants > 0).all()
    assert (found.energies[:, 1] > found.energies[:, 0]).all()
    assert imbalance(of, bitmaps, [3, last]) < 1e-8


def test_what_pulls_does_the_work(bitmaps):
    """dΨ/dd is the force at the end that moves."""
    of = solver("Q1R")
    case = of.case
    near = [d * case.displacements[8] for d in (0.999, 1.0, 1.001)]
    case = type(case)(**{**vars(case), "displacements": (0.0, *near)})
    found = BlockSolver(case, of.grid).solve(bitmaps, [1, 2, 3])
    slope = (found.energies[:, 2] - found.energies[:, 0]) / (near[2] - near[0])
    np.testing.assert_allclose(slope, found.reactions[:, 1, 2], rtol=1e-5)


def test_a_rigid_rotation_needs_no_force(bitmaps):
    of = solver()
    turn = np.array([[np.cos(2), -np.sin(2)], [np.sin(2), np.cos(2)]]) - np.eye(2)
    moduli = of.moduli(bitmaps)
    u = np.repeat((turn @ of.grid.locations)[:, None], 2, axis=1)
    F = of.deformation_gradient(u)
    np.testing.assert_allclose(of.forces(F, moduli), 0, atol=1e-10)
    np.testing.assert_allclose(of.energy(F, moduli), 0, atol=1e-9)


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_energy_does_not_depend_on_the_frame(element, bitmaps):
    of = solver(element)
    assert rotation_difference(of, bitmaps, smooth_displacements(of, 2)) < 1e-12


def test_no_blocks_are_no_blocks(bitmaps):
    found = solver("Q1R").solve(bitmaps[:0], [3, 12])
    assert found.displacements.shape == (0, 2, 28, 28, 2)


def test_a_block_is_what_it_is_alone_whatever_becomes_of_its_neighbors(bitmaps):
    of = solver("Q1R")
    broken = np.full((1, 28, 28), np.nan)
    together = of.solve(np.concatenate([bitmaps, broken]), [3, 12])
    for name, values in together._asdict().items():
        assert np.isnan(values[2]).all(), name
    for block in range(2):
        alone = of.solve(bitmaps[block : block + 1], [3, 12])
        np.testing.assert_allclose(alone.displacements[0], together.displacements[block], atol=1e-9)


def test_the_way_to_a_step_does_not_matter(bitmaps):
    of = solver("Q1R")
    direct = of.solve(bitmaps, [12])
    by_steps = of.solve(bitmaps, [2, 5, 8, 10, 12])
    np.testing.assert_allclose(
        direct.displacements[:, -1], by_steps.displacements[:, -1], atol=1e-8
    )


def test_an_image_is_right_side_up():
    """Stiff pixels in the upper left corner stretch least there."""
    pixels = np.zeros((1, 28, 28))
    pixels[0, :14, :14] = 255
    u = solver("Q1R").solve(pixels, [12]).displacements[0, 0]  # rows from the bottom
    stretch = np.diff(u[..., 1], axis=0)
    upper_left, lower_left = stretch[14:, :14].mean(), stretch[:13, :14].mean()
    assert upper_left < 0.2 * lower_left


@pytest.mark.parametrize("element", ["Q1", "P2"])
def test_finer_meshes_need_less_energy(element, bitmaps):
    """They hold the coarser mesh's displacements, and the quadrature is near exact."""
    energies = [
        solver(element, refinement=refinement).solve(bitmaps[:1], [8]).energies[0, 0]
        for refinement in (1, 2)
    ]
    assert energies[1] < energies[0]
    reference = solver("Q2", refinement=2).solve(bitmaps[:1], [8]).energies[0, 0]
    assert abs(energies[1] / reference - 1) < abs(energies[0] / reference - 1)
