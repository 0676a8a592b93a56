"""Equilibrium of many heterogeneous blocks at once, by finite elements and Newton's method.

Displacements are stored as `[2, S, N]` (component, block, node). Fields of the elements have the
elements last, so that one operation serves all elements of all blocks and runs along memory.
Nodes are numbered row by row, so the stiffness of a block is banded. Each block's stiffness is
factorized separately (banded Cholesky, LAPACK), which takes most of the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from dlse.studies.mechanical import hyperelasticity
from dlse.studies.mechanical.problem import PIXELS_PER_SIDE, SIDE, LoadCase

TOLERANCE = 1e-10  # of the forces out of balance, as a share of all forces
ROUNDING = 1e-14  # of the forces out of balance, as a share of the largest modulus
ITERATIONS = 25  # of Newton's method, before a load step counts as too large
HALVINGS = 6  # of a load step that is too large
FIRST_LOAD = 0.1  # the response to this d, scaled up, is the start for the first large load
BATCH = 8  # blocks at once; more would not fit into the cache


@dataclass(frozen=True)
class Mesh:
    """Finite elements with one quadrature point each.

    Elements that are equal up to a translation are of one kind and share the gradients of their
    shape functions: deformation gradients, forces and stiffnesses of all elements of all blocks
    are then products with a few small matrices. K kinds, E elements of each kind, a nodes per
    element, N nodes.
    """

    locations: np.ndarray  # [2, N], coordinates of the nodes, row by row from the bottom
    nodes: np.ndarray  # [K, a, E], the nodes of each element
    gradients: np.ndarray  # [K, J, a], ∂φ_a/∂x_J at the quadrature point
    areas: np.ndarray  # [K], of an element
    pixels: np.ndarray  # [K, E], the pixel that each element lies in, row by row from the bottom
    at_centers: sparse.csr_matrix  # [784, N], from values at the nodes to the pixels' centers


def quadrilaterals() -> Mesh:
    """One 4-node quadrilateral per pixel, with one quadrature point at its center."""
    n, n_nodes = PIXELS_PER_SIDE, PIXELS_PER_SIDE + 1
    y, x = (axis.ravel() for axis in np.mgrid[:n_nodes, :n_nodes].astype(float))
    row, column = (axis.ravel() for axis in np.mgrid[:n, :n])
    corner = row * n_nodes + column
    nodes = np.stack([corner, corner + 1, corner + n_nodes, corner + n_nodes + 1])
    pixels = np.arange(n * n)
    means = sparse.csr_matrix((np.full(nodes.size, 0.25), (np.tile(pixels, 4), nodes.ravel())))
    gradients = np.array([[-0.5, 0.5, -0.5, 0.5], [-0.5, -0.5, 0.5, 0.5]])
    return Mesh(np.stack([x, y]), nodes[None], gradients[None], np.ones(1), pixels[None], means)


def on_side(points: np.ndarray, side: str) -> np.ndarray:
    """Which of the `points` `[2, N]` lie on the "left", "right", "bottom" or "top" of the block."""
    axis, value = {"left": (0, 0.0), "right": (0, SIDE), "bottom": (1, 0.0), "top": (1, SIDE)}[side]
    return np.isclose(points[axis], value)


class Equilibria(NamedTuple):
    """The states of S blocks at T steps of a load case; NaN once a block has no solution."""

    displacements: np.ndarray  # [S, T, 28, 28, 2] at the pixels' centers, rows from the bottom
    energies: np.ndarray  # [S, T], strain energies minus those at rest


class BlockSolver:
    """Solves blocks of 28 × 28 pixels in one load case on one mesh."""

    def __init__(self, case: LoadCase, mesh: Mesh) -> None:
        self.case, self.mesh = case, mesh
        self.is_free = np.ones(mesh.locations.shape, dtype=bool)  # [2, N]
        self._prescribed = np.zeros(mesh.locations.shape)  # per unit of d
        for side, component, value in case.prescribed:
            nodes = on_side(mesh.locations, side)
            self.is_free[component, nodes] = False
            self._prescribed[component, nodes] = value
        nodes = mesh.nodes.ravel()
        self._to_nodes = sparse.csr_matrix((np.ones(len(nodes)), (nodes, np.arange(len(nodes)))))
        weighted = mesh.gradients * mesh.areas[:, None, None]
        self._by_functions = weighted.transpose(0, 2, 1)  # [K, a, J]
        products = np.einsum("kja,klb->kabjl", weighted, mesh.gradients)
        self._products = products.reshape(len(products), -1, 4)  # [K, ab, JL]
        self._band_of_entries()

    def solve(self, bitmaps: np.ndarray, steps: Sequence[int]) -> Equilibria:
        """The equilibria of blocks at `steps` (ascending, from 1 on).

        bitmaps: their pixels `[S, 28, 28]`, 0 to 255, rows from the top.

        A block without a solution does not affect the others.
        """
        parts = [
            self._solve(bitmaps[start : start + BATCH], steps)
            for start in range(0, len(bitmaps), BATCH)
        ]
        return Equilibria(*(np.concatenate(values) for values in zip(*parts, strict=True)))

    def moduli(self, bitmaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """λ and μ of all elements, `[K, S, E]`."""
        from_below = np.asarray(bitmaps)[:, ::-1].reshape(len(bitmaps), -1)
        lam, mu = (
            modulus[:, self.mesh.pixels].transpose(1, 0, 2)
            for modulus in hyperelasticity.lame(from_below)
        )
        return lam, mu

    def deformation_gradient(self, u: np.ndarray) -> np.ndarray:
        """F `[2, 2, K, S, E]` of the displacements `u [2, S, N]`."""
        of_elements = u[:, :, self.mesh.nodes].transpose(2, 3, 0, 1, 4)  # [K, a, i, S, E]
        kinds, functions, *rest = of_elements.shape
        F = self.mesh.gradients @ of_elements.reshape(kinds, functions, -1)
        F = F.reshape(kinds, 2, *rest).transpose(2, 1, 0, 3, 4)
        F[0, 0] += 1
        F[1, 1] += 1
        return F

    def energy(self, F: np.ndarray, moduli: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """∫ψ of each block minus its value at rest, `[S]`."""
        return np.einsum("k,kse->s", self.mesh.areas, hyperelasticity.energy(F, *moduli))

    def forces(self, F: np.ndarray, moduli: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """∂∫ψ/∂u, `[2, S, N]`."""
        P = hyperelasticity.stress(F, *moduli).transpose(2, 1, 0, 3, 4)  # [K, J, i, S, E]
        kinds, _, _, blocks, elements = P.shape
        local = self._by_functions @ P.reshape(kinds, 2, -1)
        local = local.reshape(kinds, -1, 2, blocks, elements).transpose(0, 1, 4, 2, 3)
        forces = self._to_nodes @ local.reshape(-1, 2 * blocks)
        return forces.T.reshape(2, blocks, -1)

    def stiffnesses(
        self, F: np.ndarray, moduli: tuple[np.ndarray, np.ndarray]
    ) -> Iterator[np.ndarray]:
        """Yield ∂²∫ψ/∂u² of one block after the other, for its free displacements node by node: the
        lower band `[free, band]` of a symmetric matrix, the diagonal first."""
        A = hyperelasticity.tangent(F, *moduli)  # [i, J, k, L, K, S, E]
        kinds, blocks, elements = A.shape[4:]
        local = np.empty((len(_PAIRS), kinds, self._products.shape[1], blocks, elements))
        for entries, (i, k) in zip(local, _PAIRS, strict=True):
            moved = A[i, :, k].transpose(2, 0, 1, 3, 4).reshape(kinds, 4, -1)  # [K, JL, SE]
            np.matmul(self._products, moved, out=entries.reshape(kinds, entries.shape[1], -1))
        for block in range(blocks):
            band = np.zeros(self._shape)
            band.ravel()[self._places] = self._to_band @ local[:, :, :, block].ravel()
            yield band

    def _band_of_entries(self) -> None:
        """Set up the sparse matrix that sums the elements' stiffnesses into the band."""
        nodes = self.mesh.nodes
        number = np.full((nodes.max() + 1, 2), -1)
        number[self.is_free.T] = np.arange(self.is_free.sum())
        rows, columns, kept = [], [], []
        for i, k in _PAIRS:
            row, column = np.broadcast_arrays(
                number[nodes, i][:, :, None], number[nodes, k][:, None]
            )
            is_free = (row >= 0) & (column >= 0)
            # A pair of different components stands for two symmetric entries.
            kept.append(is_free & ((row >= column) | (i != k)))
            rows.append(row)
            columns.append(column)
        row, column, keep = (np.stack(of_all).ravel() for of_all in (rows, columns, kept))
        lower, upper = np.maximum(row, column)[keep], np.minimum(row, column)[keep]
        self._shape = (int(self.is_free.sum()), int((lower - upper).max()) + 1)
        self._places, target = np.unique(
            upper * self._shape[1] + lower - upper, return_inverse=True
        )
        source = np.flatnonzero(keep)
        self._to_band = sparse.csr_matrix(
            (np.ones(len(source)), (target, source)), (len(self._places), len(keep))
        )

    def _solve(self, bitmaps: np.ndarray, steps: Sequence[int]) -> Equilibria:
        moduli = self.moduli(bitmaps)
        u = np.zeros((2, len(bitmaps), self.is_free.shape[1]))
        loads = [self.case.displacements[step] for step in steps]
        found, before = [], 0.0
        for load in sorted({FIRST_LOAD, *loads}):
            if load <= loads[-1]:
                u, before = self._follow(u, before, load, moduli, HALVINGS), load
                if load in loads:
                    found.append(self._observe(u, moduli))
        return Equilibria(*(np.stack(values, 1) for values in zip(*found, strict=True)))

    def _follow(
        self, u: np.ndarray, before: float, load: float, moduli: tuple[np.ndarray, np.ndarray],
        halvings: int,
    ) -> np.ndarray:  # fmt: skip
        """The equilibria `[2, S, N]` at a `load`, from those at the load `before`, `u`. Where this
        fails, the load halfway is solved first. NaN where there is no equilibrium."""
        if before:
            start = u * (load / before)
        else:
            start = u + load * (np.array(self.case.gradient) @ self.mesh.locations)[:, None]
        np.copyto(start, load * self._prescribed[:, None], where=~self.is_free[:, None])
        reached = self._newton(start, moduli)
        failed = ~_is_finite(reached) & _is_finite(u)
        if failed.any() and halvings:
            of_failed = _subset(moduli, failed)
            between = (before + load) / 2
            half = self._follow(u[:, failed], before, between, of_failed, halvings - 1)
            reached[:, failed] = self._follow(half, between, load, of_failed, halvings - 1)
        return reached

    def _newton(self, u: np.ndarray, moduli: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """The equilibria `[2, S, N]` that Newton's method finds from `u`, which satisfies the
        boundary conditions; NaN where it finds none."""
        u = u.copy()
        F = self.deformation_gradient(u)
        active = np.flatnonzero(_smallest_determinant(F) > 0)
        found = np.full_like(u, np.nan)
        for _ in range(ITERATIONS if len(active) else 0):
            own = _subset(moduli, active)
            F = self.deformation_gradient(u[:, active])
            forces = self.forces(F, own)
            balanced = self._residual(forces) <= TOLERANCE
            # Under a tiny load, only rounding errors of the stress are left.
            balanced |= self._imbalance(forces) <= ROUNDING * own[1].max((0, 2))
            found[:, active[balanced]] = u[:, active[balanced]]
            active, left = active[~balanced], ~balanced
            if not len(active):
                break
            u[:, active] = self._descend(
                u[:, active], F[..., left, :], forces[:, left], _subset(own, left)
            )
        return found

    def _descend(
        self, u: np.ndarray, F: np.ndarray, forces: np.ndarray,
        moduli: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:  # fmt: skip
        """One Newton step of each block from `u [2, S, N]`, halved until the energy falls and no
        element is inverted."""
        direction = np.zeros((len(forces[0]), *self.is_free.T.shape))
        for block, band in enumerate(self.stiffnesses(F, moduli)):
            toward = -forces[:, block].T[self.is_free.T]
            factor, info = lapack.dpbtrf(band.T, lower=1, overwrite_ab=1)
            shift = 0.1
            while info and shift < 1e3:  # not positive definite, far from equilibrium
                own = _subset(moduli, [block])
                band = next(self.stiffnesses(F[..., [block], :], own))
                band[:, 0] *= 1 + shift
                factor, info = lapack.dpbtrf(band.T, lower=1, overwrite_ab=1)
                shift *= 4
            direction[block][self.is_free.T] = lapack.dpbtrs(factor, toward, lower=1)[0]
        direction = direction.transpose(2, 0, 1)
        rounding = 1e-12 * np.einsum("k,kse->s", self.mesh.areas, moduli[1])
        highest = self.energy(F, moduli) + rounding
        length = np.ones(len(highest))
        for _ in range(30):
            new = u + length[:, None] * direction
            F = self.deformation_gradient(new)
            is_good = (_smallest_determinant(F) > 0) & (self.energy(F, moduli) <= highest)
            if is_good.all():
                break
            length[~is_good] /= 2
        return new

    def _residual(self, forces: np.ndarray) -> np.ndarray:
        """‖forces out of balance‖ / ‖forces‖ of each block, `[S]`."""
        return self._imbalance(forces) / np.linalg.norm(forces, axis=(0, 2))

    def _imbalance(self, forces: np.ndarray) -> np.ndarray:
        """‖forces out of balance‖ of each block, `[S]`."""
        return np.linalg.norm(np.where(self.is_free[:, None], forces, 0), axis=(0, 2))

    def _observe(self, u: np.ndarray, moduli: tuple[np.ndarray, np.ndarray]) -> Equilibria:
        """What is recorded of the equilibria `u` at one step; arrays `[S, …]`."""
        centers = np.stack([self.mesh.at_centers @ u_i.T for u_i in u], 2)  # [784, S, 2]
        return Equilibria(
            centers.transpose(1, 0, 2).reshape(-1, PIXELS_PER_SIDE, PIXELS_PER_SIDE, 2),
            self.energy(self.deformation_gradient(u), moduli),
        )


# Pairs of components of the stiffness; (1, 0) is (0, 1) transposed.
_PAIRS = ((0, 0), (0, 1), (1, 1))


def _subset(moduli: tuple[np.ndarray, np.ndarray], blocks) -> tuple[np.ndarray, np.ndarray]:
    lam, mu = moduli
    return lam[:, blocks], mu[:, blocks]


def _smallest_determinant(F: np.ndarray) -> np.ndarray:
    """The smallest det F of each block, `[S]`; NaN where its displacements are NaN."""
    return hyperelasticity.determinant(F).min((0, 2))


def _is_finite(u: np.ndarray) -> np.ndarray:
    return np.isfinite(u).all((0, 2))
