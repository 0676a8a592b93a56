"""Meshes and elements of scikit-fem for the block of 28 × 28 pixels, in a form that allows many
blocks to be assembled at once.

Elements that are equal up to a translation are of one kind and share the gradients of their shape
functions. Deformation gradients, forces and stiffnesses of all elements of all blocks are then
products with a few small matrices.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import skfem
from scipy import sparse

from dlse.studies.mechanical.solver.load_cases import SIDE

PIXELS_PER_SIDE = int(SIDE)

# Name → the element of scikit-fem and its quadrature: for triangles the degree up to which it is
# exact, for quadrilaterals the number of Gauss points along a side.
ELEMENTS = {
    "P1": (skfem.ElementTriP1, 1),
    "P2": (skfem.ElementTriP2, 2),
    "Q1": (skfem.ElementQuad1, 2),
    "Q1R": (skfem.ElementQuad1, 1),
    "Q2": (skfem.ElementQuad2, 3),
    "S2R": (skfem.ElementQuadS2, 2),
}


@dataclass(frozen=True)
class Discretization:
    """A mesh of the block with one type of element. Each pixel is cut into `refinement`² squares.

    Sizes: K kinds of elements, E elements of each kind, a shape functions per element, Q quadrature
    points per element, N nodes.
    """

    element: str
    refinement: int = 1

    @cached_property
    def basis(self) -> skfem.CellBasis:
        """Scalar shape functions on all elements."""
        element, points = ELEMENTS[self.element]
        grid = np.linspace(0, SIDE, PIXELS_PER_SIDE * self.refinement + 1)
        if issubclass(element, skfem.ElementTriP1 | skfem.ElementTriP2):
            return skfem.CellBasis(checkerboard(grid), element(), intorder=points)
        x, weights = np.polynomial.legendre.leggauss(points)
        x = np.stack(np.meshgrid((x + 1) / 2, (x + 1) / 2)).reshape(2, -1)
        quadrature = (x, np.outer(weights, weights).ravel() / 4)
        mesh = skfem.MeshQuad.init_tensor(grid, grid)
        return skfem.CellBasis(mesh, element(), quadrature=quadrature)

    @cached_property
    def order(self) -> np.ndarray:
        """Numbers of the elements `[K, E]`, one row per kind."""
        shapes = (
            np.round(self._all_gradients, 9).transpose(2, 0, 1, 3).reshape(self.basis.nelems, -1)
        )
        _, kind = np.unique(shapes, axis=0, return_inverse=True)
        counts = np.bincount(kind.ravel())
        if counts.min() < counts.max():
            raise ValueError(f"the kinds of elements have unequal numbers: {counts}")
        return np.argsort(kind.ravel(), kind="stable").reshape(len(counts), -1)

    @cached_property
    def nodes(self) -> np.ndarray:
        """The nodes `[K, a, E]` of each element, numbered row by row from the bottom."""
        rank = np.empty(self.basis.N, dtype=np.int64)
        rank[self._by_row] = np.arange(self.basis.N)
        return rank[self.basis.element_dofs][:, self.order].transpose(1, 0, 2)

    @cached_property
    def locations(self) -> np.ndarray:
        """Coordinates of the nodes, `[2, N]`."""
        return self.basis.doflocs[:, self._by_row]

    @cached_property
    def gradients(self) -> np.ndarray:
        """∂φ_a/∂x_J at the quadrature points, `[K, J, Q, a]`."""
        return self._all_gradients[:, :, self.order[:, 0]].transpose(2, 1, 3, 0)

    @cached_property
    def weights(self) -> np.ndarray:
        """Quadrature weights, `[K, Q]`."""
        return self.basis.dx[self.order[:, 0]]

    @cached_property
    def pixels(self) -> np.ndarray:
        """The pixel `[K, E]` that each element lies in, row by row from the bottom."""
        mesh = self.basis.mesh
        x, y = np.floor(mesh.p[:, mesh.t].mean(1)).astype(np.int64)
        return (y * PIXELS_PER_SIDE + x)[self.order]

    @cached_property
    def at_centers(self) -> sparse.csr_matrix:
        """The matrix `[784, N]` from values at the nodes to values at the pixels' centers."""
        center = np.arange(PIXELS_PER_SIDE) + 0.5
        y, x = np.meshgrid(center, center, indexing="ij")
        probes = self.basis.probes(np.stack([x.ravel(), y.ravel()]))
        return sparse.csr_matrix(probes)[:, self._by_row]

    @cached_property
    def _by_row(self) -> np.ndarray:
        """scikit-fem's numbers of the nodes, ordered row by row from the bottom."""
        return np.lexsort(np.round(self.basis.doflocs, 9))

    @cached_property
    def _all_gradients(self) -> np.ndarray:
        """∂φ_a/∂x_J of every element, `[a, J, elements, Q]`."""
        return np.stack([function.grad for (function,) in self.basis.basis])


def checkerboard(grid: np.ndarray) -> skfem.MeshTri:
    """Two triangles per square. The diagonal of the first square leads from its lower right to its
    upper left corner, and alternates from square to square."""
    n = len(grid) - 1
    y, x = (axis.ravel() for axis in np.meshgrid(np.arange(n), np.arange(n), indexing="ij"))
    corner = y * (n + 1) + x
    a, b, c, d = corner, corner + 1, corner + n + 1, corner + n + 2  # lower, then upper
    even = (x + y) % 2 == 0
    first = np.where(even, np.stack([a, b, c]), np.stack([a, b, d]))
    second = np.where(even, np.stack([b, d, c]), np.stack([a, d, c]))
    points = np.stack([axis.ravel() for axis in np.meshgrid(grid, grid)])
    return skfem.MeshTri(points, np.concatenate([first, second], 1))


def on_side(points: np.ndarray, side: str) -> np.ndarray:
    """Which of the `points` `[2, N]` lie on the "left", "right", "bottom" or "top" of the block."""
    axis, value = {"left": (0, 0.0), "right": (0, SIDE), "bottom": (1, 0.0), "top": (1, SIDE)}[side]
    return np.isclose(points[axis], value)
