"""The block solver against an exact reference, published energies, scikit-fem's own assembly,
and what every equilibrium must satisfy."""

from pathlib import Path

import numpy as np
import pytest
import skfem
from skfem.helpers import ddot, grad

from dlse import hyperelasticity
from dlse.block_solver import BlockSolver
from dlse.finite_elements import ELEMENTS, Discretization
from dlse.load_cases import LOAD_CASES, SIDE

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
    from dlse.sources import find_images

    return find_images("mnist", MNIST, []).test_images


def solver(element="S2R", case="uniaxial_extension", refinement=1) -> BlockSolver:
    return BlockSolver(LOAD_CASES[case], Discretization(element, refinement))


def displaced(of: BlockSolver, blocks: int, size=0.05) -> np.ndarray:
    """Smooth displacements `[2, S, N]` with a little noise, that invert no element."""
    x, y = of.grid.locations / SIDE
    smooth = np.stack([np.sin(2 * x + y), x * y + np.cos(3 * y)])[:, None]
    noise = np.random.default_rng(0).normal(size=(2, blocks, len(x)))
    return 2 * smooth + size * noise


def dense(band: np.ndarray) -> np.ndarray:
    """The symmetric matrix that `band` is the lower band of."""
    n, width = band.shape
    matrix = np.zeros((n, n))
    for offset in range(width):
        np.fill_diagonal(matrix[offset:], band[: n - offset, offset])
    return matrix + np.tril(matrix, -1).T


@needs_published
def test_linear_triangles_meet_the_exact_reference(test_images):
    steps = list(range(1, 13))
    found = solver("P1").solve(test_images[1:2], steps)
    energies = np.loadtxt(PUBLISHED / "p1_test1_strain_energy.txt")
    # The reference lost 2.6e-11 at every step when it subtracted the energy at rest.
    np.testing.assert_allclose(found.energies[0], energies[1:], rtol=1e-9, atol=3e-11)
    for step in (3, 7, 12):
        for component, name in enumerate("xy"):
            file = PUBLISHED / f"p1_test1_disp_step{step}_{name}.txt"
            expected = np.loadtxt(file).reshape(28, 28)
            ours = found.displacements[0, step - 1, ..., component]
            np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-9)
    reactions = np.loadtxt(PUBLISHED / "p1_test1_rxn_force.txt")[1:]
    np.testing.assert_allclose(found.reactions[0], reactions, rtol=1e-7, atol=1e-8)


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
    pixels = np.full((1, 28, 28), 51.0)
    found = of.solve(pixels, [5, 10])
    lam, mu = (float(modulus) for modulus in hyperelasticity.lame(np.array(51.0)))
    center = np.arange(28) + 0.5
    y, x = np.meshgrid(center, center, indexing="ij")
    for place, step in enumerate((5, 10)):
        gradient = of.case.displacements[step] * np.array(of.case.gradient)
        F = np.eye(2) + gradient
        density = hyperelasticity.energy(F, lam, mu)
        assert found.energies[0, place] == pytest.approx(SIDE**2 * density, rel=1e-9)
        assert found.determinants[0, place] == pytest.approx(np.linalg.det(F), rel=1e-9)
        u = found.displacements[0, place]
        middle = u.mean((0, 1))
        expected = np.stack([x - SIDE / 2, y - SIDE / 2], 2) @ gradient.T
        np.testing.assert_allclose(u - middle, expected, atol=1e-8)


@pytest.mark.parametrize("element", ELEMENTS)
def test_forces_and_stiffnesses_are_derivatives(element, bitmaps):
    of = solver(element)
    moduli = of.moduli(bitmaps)
    u = displaced(of, 2)
    F = of.deformation_gradient(u)
    forces = of.forces(F, moduli)
    toward = np.where(of.is_free[:, None], np.random.default_rng(1).normal(size=u.shape), 0)
    step = 1e-6
    ahead, behind = (of.deformation_gradient(u + sign * step * toward) for sign in (1, -1))
    by_energy = (of.energy(ahead, moduli) - of.energy(behind, moduli)) / (2 * step)
    np.testing.assert_allclose(np.sum(forces * toward, (0, 2)), by_energy, rtol=1e-5)
    by_forces = (of.forces(ahead, moduli) - of.forces(behind, moduli)) / (2 * step)
    for block, band in enumerate(of.stiffnesses(F, moduli)):
        product = dense(band) @ toward[:, block].T[of.is_free.T]
        expected = by_forces[:, block].T[of.is_free.T]
        scale = np.abs(expected).max()
        np.testing.assert_allclose(product, expected, atol=1e-6 * scale)


@pytest.mark.parametrize("element", ["P1", "P2", "Q1", "S2R"])
def test_energy_and_forces_are_those_of_scikit_fem(element, bitmaps):
    of = solver(element)
    u = displaced(of, 1)
    moduli = of.moduli(bitmaps[:1])
    F = of.deformation_gradient(u)

    scalar = of.grid.basis
    basis = skfem.CellBasis(
        scalar.mesh, skfem.ElementVector(scalar.elem), quadrature=scalar.quadrature
    )
    mesh = scalar.mesh
    x, y = np.floor(mesh.p[:, mesh.t].mean(1)).astype(int)
    lam, mu = (m[:, None] for m in hyperelasticity.lame(bitmaps[0][27 - y, x]))
    number = {tuple(np.round(at, 6)): i for i, at in enumerate(of.grid.locations.T)}
    nodes = [number[tuple(np.round(at, 6))] for at in basis.doflocs.T]
    component = np.zeros(basis.N, dtype=int)
    for dofs in (basis.nodal_dofs, basis.facet_dofs, basis.interior_dofs):
        component[dofs[1::2]] = 1
    field = basis.interpolate(u[component, 0, nodes])

    @skfem.Functional
    def total(w):
        return hyperelasticity.energy(_gradient(w["u"]), lam, mu)

    @skfem.LinearForm
    def internal(v, w):
        return ddot(hyperelasticity.stress(_gradient(w["u"]), lam, mu), grad(v))

    assert of.energy(F, moduli)[0] == pytest.approx(total.assemble(basis, u=field), rel=1e-12)
    expected = np.zeros_like(u[:, 0])
    expected[component, nodes] = internal.assemble(basis, u=field)
    np.testing.assert_allclose(of.forces(F, moduli)[:, 0], expected, atol=1e-9)


def _gradient(u):
    return u.grad + np.eye(2)[:, :, None, None]


@pytest.mark.parametrize("case", LOAD_CASES)
def test_equilibria_balance(case, bitmaps):
    of = solver(case=case)
    last = len(of.case.displacements) - 1
    found = of.solve(bitmaps, [3, last])
    assert (found.residuals < 1e-9).all()
    assert (found.determinants > 0).all()
    by_component = {}
    for (_, component), forces in zip(
        of.case.reactions, np.moveaxis(found.reactions, 2, 0), strict=True
    ):
        by_component.setdefault(component, []).append(forces)
    for first, second in by_component.values():
        scale = np.abs(found.reactions).max()
        np.testing.assert_allclose(first + second, 0, atol=1e-8 * scale)
    assert (found.energies[:, 1] > found.energies[:, 0]).all()


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
