"""Independent peers of the block solver: a mesh of linear triangles, one block assembled by
scikit-fem, and the conditions that every solver must satisfy."""

import numpy as np
import skfem
from scipy import sparse
from skfem.helpers import ddot, grad

from dlse.studies.mechanical import hyperelasticity
from dlse.studies.mechanical.problem import PIXELS_PER_SIDE, SIDE
from dlse.studies.mechanical.solver import BlockSolver, Mesh, quadrilaterals


def triangles() -> Mesh:
    """Two 3-node triangles per pixel, as in the exact reference. The diagonal of the first pixel
    leads from its lower right to its upper left corner, and alternates from pixel to pixel."""
    n, n_nodes = PIXELS_PER_SIDE, PIXELS_PER_SIDE + 1
    quads = quadrilaterals()
    row, column = (axis.ravel() for axis in np.mgrid[:n, :n])
    a, b, c, d = quads.nodes[0]  # lower, then upper
    even = (row + column) % 2 == 0
    pixels = np.arange(n * n)
    kinds = ((even, (a, b, c)), (even, (b, d, c)), (~even, (a, b, d)), (~even, (a, d, c)))
    nodes = np.stack([np.stack(corners)[:, where] for where, corners in kinds])
    gradients = [  # of the triangles of the first pixel of each kind
        np.linalg.inv(np.vstack([np.ones(3), quads.locations[:, of_kind[:, 0]]]))[:, 1:].T
        for of_kind in nodes
    ]
    # The pixel's center is in the middle of its diagonal.
    ends = np.where(even, np.stack([b, c]), np.stack([a, d]))
    at_centers = sparse.csr_matrix(
        (np.full(ends.size, 0.5), (np.tile(pixels, 2), ends.ravel())), (n * n, n_nodes**2)
    )
    of_kinds = np.stack([pixels[where] for where, _ in kinds])
    return Mesh(quads.locations, nodes, np.stack(gradients), np.full(4, 0.5), of_kinds, at_centers)


class ScikitFemBlock:
    """The block with pixels `bitmap [28, 28]`, on the mesh of `solver`, assembled by scikit-fem,
    form by form. Displacements `[2, N]` (component, node) are numbered as in the solver."""

    def __init__(self, solver: BlockSolver, bitmap: np.ndarray) -> None:
        points, corners = solver.mesh.locations, np.concatenate([*solver.mesh.nodes], axis=1)
        if len(corners) == 3:
            mesh, element = skfem.MeshTri(points, corners), skfem.ElementTriP1()
            quadrature = np.full((2, 1), 1 / 3), np.full(1, 0.5)
        else:  # scikit-fem counts corners around the element
            mesh, element = skfem.MeshQuad(points, corners[[0, 1, 3, 2]]), skfem.ElementQuad1()
            quadrature = np.full((2, 1), 0.5), np.ones(1)
        self._basis = skfem.CellBasis(mesh, skfem.ElementVector(element), quadrature=quadrature)
        x, y = np.floor(mesh.p[:, mesh.t].mean(1)).astype(int)
        self._moduli = [m[:, None] for m in hyperelasticity.lame(bitmap[::-1][y, x])]

    def energy(self, u: np.ndarray) -> float:
        """∫ψ minus its value at rest."""

        @skfem.Functional
        def form(w):
            return hyperelasticity.energy(_gradient(w), *self._moduli)

        return form.assemble(self._basis, u=self._field(u))

    def forces(self, u: np.ndarray) -> np.ndarray:
        """∂∫ψ/∂u, `[2, N]`."""

        @skfem.LinearForm
        def form(v, w):
            return ddot(hyperelasticity.stress(_gradient(w), *self._moduli), grad(v))

        return form.assemble(self._basis, u=self._field(u))[self._basis.nodal_dofs]

    def stiffness(self, u: np.ndarray) -> sparse.csr_matrix:
        """∂²∫ψ/∂u², `[2 N, 2 N]`, ordered by component, then by node."""

        @skfem.BilinearForm
        def form(du, v, w):
            tangent = hyperelasticity.tangent(_gradient(w), *self._moduli)
            return np.einsum("ijkl...,kl...,ij...", tangent, grad(du), grad(v))

        place = self._basis.nodal_dofs.ravel()
        return form.assemble(self._basis, u=self._field(u))[place][:, place]

    def _field(self, u: np.ndarray):
        values = np.empty(self._basis.N)
        values[self._basis.nodal_dofs] = u
        return self._basis.interpolate(values)


def _gradient(w) -> np.ndarray:
    """F at the quadrature points."""
    return w["u"].grad + np.eye(2)[:, :, None, None]


def patch_test(solver: BlockSolver, step: int, pixel: float = 51.0) -> float:
    """A block of one stiffness deforms homogeneously. Returns the largest distance of a pixel's
    center from where it belongs, in sides of a pixel, or the relative difference of the energy,
    whichever is larger."""
    found = solver.solve(np.full((1, PIXELS_PER_SIDE, PIXELS_PER_SIDE), pixel), [step])
    gradient = solver.case.displacements[step] * np.array(solver.case.gradient)
    lam, mu = (float(modulus) for modulus in hyperelasticity.lame(np.array(pixel)))
    energy = SIDE**2 * hyperelasticity.energy(np.eye(2) + gradient, lam, mu)
    center = np.arange(PIXELS_PER_SIDE) + 0.5 - SIDE / 2
    y, x = np.meshgrid(center, center, indexing="ij")
    u = found.displacements[0, 0]
    distance = np.abs(u - u.mean((0, 1)) - np.stack([x, y], 2) @ gradient.T).max()
    return float(max(distance, abs(found.energies[0, 0] / energy - 1)))


def derivative_differences(
    solver: BlockSolver, bitmaps: np.ndarray, u: np.ndarray, step: float = 1e-6
) -> tuple[float, float]:
    """Relative difference of the forces from central differences of the energy, and of the
    stiffnesses from those of the forces, at the displacements `u [2, S, N]` along a random
    direction."""
    moduli, is_free = solver.moduli(bitmaps), solver.is_free
    toward = np.where(is_free[:, None], np.random.default_rng(1).normal(size=u.shape), 0)
    F = solver.deformation_gradient(u)
    forces = solver.forces(F, moduli)
    ahead, behind = (solver.deformation_gradient(u + sign * step * toward) for sign in (1, -1))
    by_energy = (solver.energy(ahead, moduli) - solver.energy(behind, moduli)) / (2 * step)
    of_forces = np.abs(np.sum(forces * toward, (0, 2)) / by_energy - 1).max()
    by_forces = (solver.forces(ahead, moduli) - solver.forces(behind, moduli)) / (2 * step)
    of_stiffnesses = []
    for block, band in enumerate(solver.stiffnesses(F, moduli)):
        product = banded_product(band, toward[:, block].T[is_free.T])
        expected = by_forces[:, block].T[is_free.T]
        of_stiffnesses.append(np.abs(product - expected).max() / np.abs(expected).max())
    return float(of_forces), float(max(of_stiffnesses))


def smooth_displacements(solver: BlockSolver, blocks: int) -> np.ndarray:
    """Displacements `[2, S, N]`, smooth except for a little noise, that invert no element."""
    x, y = solver.mesh.locations / SIDE
    smooth = np.stack([np.sin(2 * x + y), x * y + np.cos(3 * y)])[:, None]
    return 2 * smooth + 0.05 * np.random.default_rng(0).normal(size=(2, blocks, len(x)))


def banded_product(band: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """The product of the symmetric matrix with the lower band `band [n, b]` and `vector [n]`."""
    product = band[:, 0] * vector
    for offset in range(1, band.shape[1]):
        below = band[: len(vector) - offset, offset]
        product[offset:] += below * vector[: len(vector) - offset]
        product[: len(vector) - offset] += below * vector[offset:]
    return product
