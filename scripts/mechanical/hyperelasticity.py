"""A compressible neo-Hookean solid in plane strain, after Lejeune (2020).

    ψ = μ/2 (F:F − 3 − 2 ln J) + λ/2 ((J² − 1)/2 − ln J),   J = det F,

with the 2 × 2 deformation gradient F. Arrays have the components first, `[2, 2, …]`, so that each
operation runs over all points in one pass along memory.
"""

import numpy as np

from dlse.studies.mechanical.problem import POISSON, SOFT, STIFF


def lame(bitmaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """λ and μ of pixels with values 0 to 255: Young's modulus rises linearly from 1 to 100."""
    young = SOFT + (STIFF - SOFT) * np.asarray(bitmaps, dtype=np.float64) / 255
    return (
        young * POISSON / ((1 + POISSON) * (1 - 2 * POISSON)),
        young / (2 * (1 + POISSON)),
    )


def determinant(F: np.ndarray) -> np.ndarray:
    """J `[…]` of F `[2, 2, …]`."""
    return F[0, 0] * F[1, 1] - F[0, 1] * F[1, 0]


def energy(F: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """ψ minus its value at rest, `[…]`; NaN or infinite where J is not positive.

    Written in terms of F − 1, so that the energy of a small strain is not lost to rounding.
    """
    xx, xy, yx, yy = F[0, 0] - 1, F[0, 1], F[1, 0], F[1, 1] - 1
    volume = xx + yy + xx * yy - xy * yx  # J − 1
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log1p(volume)
    square = 2 * (xx + yy) + xx * xx + xy * xy + yx * yx + yy * yy  # F:F − 2
    return mu / 2 * (square - 2 * log) + lam / 2 * (volume + volume * volume / 2 - log)


def stress(F: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """The first Piola–Kirchhoff stress ∂ψ/∂F, `[2, 2, …]`."""
    inverse, pressure, _ = _parts(F, lam, mu)
    return mu * F - pressure * inverse


def tangent(F: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """∂²ψ/∂F_iJ ∂F_kL, `[2, 2, 2, 2, …]` with the indices i, J, k, L."""
    inverse, pressure, bulk = _parts(F, lam, mu)
    A = np.empty((2, 2, *F.shape))
    for i, J, k, L in np.ndindex(2, 2, 2, 2):
        A[i, J, k, L] = pressure * inverse[i, L] * inverse[k, J]
        A[i, J, k, L] += bulk * inverse[i, J] * inverse[k, L]
        if (i, J) == (k, L):
            A[i, J, k, L] += mu
    return A


def _parts(F: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> tuple[np.ndarray, ...]:
    """F⁻ᵀ, μ − λ/2 (J² − 1) and λ J²."""
    J = determinant(F)
    inverse = np.stack([np.stack([F[1, 1], -F[1, 0]]), np.stack([-F[0, 1], F[0, 0]])]) / J
    bulk = lam * J * J
    return inverse, mu - (bulk - lam) / 2, bulk
