"""One block assembled by scikit-fem itself, form by form: the reference for the results and for the
speed of `BlockSolver`, which assembles many blocks at once."""

import numpy as np
import skfem
from scipy import sparse
from skfem.helpers import ddot, grad

from dlse.studies.mechanical.solver import hyperelasticity
from dlse.studies.mechanical.solver.newton import BlockSolver


class ScikitFemBlock:
    """The block with pixels `bitmap [28, 28]`, on the mesh and with the elements of `solver`.

    Displacements `[2, N]` (component, node) are numbered as in the solver.
    """

    def __init__(self, solver: BlockSolver, bitmap: np.ndarray) -> None:
        scalar = solver.grid.basis
        self._basis = skfem.CellBasis(
            scalar.mesh, skfem.ElementVector(scalar.elem), quadrature=scalar.quadrature
        )
        mesh = scalar.mesh
        x, y = np.floor(mesh.p[:, mesh.t].mean(1)).astype(int)
        self._moduli = [m[:, None] for m in hyperelasticity.lame(bitmap[::-1][y, x])]
        number = {tuple(np.round(at, 6)): i for i, at in enumerate(solver.grid.locations.T)}
        self._node = np.array([number[tuple(np.round(at, 6))] for at in self._basis.doflocs.T])
        self._component = np.zeros(self._basis.N, dtype=int)
        for dofs in (
            self._basis.nodal_dofs,
            self._basis.facet_dofs,
            self._basis.interior_dofs,
        ):
            self._component[dofs[1::2]] = 1

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

        forces = np.zeros_like(u)
        forces[self._component, self._node] = form.assemble(self._basis, u=self._field(u))
        return forces

    def stiffness(self, u: np.ndarray) -> sparse.csr_matrix:
        """∂²∫ψ/∂u², `[2 N, 2 N]`, ordered by component, then by node."""

        @skfem.BilinearForm
        def form(du, v, w):
            tangent = hyperelasticity.tangent(_gradient(w), *self._moduli)
            return np.einsum("ijkl...,kl...,ij...", tangent, grad(du), grad(v))

        matrix = form.assemble(self._basis, u=self._field(u))
        place = np.argsort(self._component * u.shape[1] + self._node)
        return matrix[place][:, place]

    def _field(self, u: np.ndarray):
        return self._basis.interpolate(u[self._component, self._node])


def _gradient(w) -> np.ndarray:
    """F at the quadrature points."""
    return w["u"].grad + np.eye(2)[:, :, None, None]
