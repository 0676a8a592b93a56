"""Principal component analysis (PCA), for every latent dimension at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError
from scipy import linalg

from dlse.workflow.whole_files import damaged, whole_file

_ROWS = 4096  # that are computed with at a time


@dataclass(frozen=True)
class Pca:
    """mean `[D]`, components `[D, D]` (columns, largest variance first) and eigenvalues `[D]` of
    the scatter matrix Σ (x − mean)(x − mean)ᵀ, in float64, and the number n of samples.

    The first k columns are the optimal linear code of dimension k (Eckart & Young 1936).
    """

    mean: np.ndarray
    components: np.ndarray
    eigenvalues: np.ndarray
    n: int


def fit_pca(x: np.ndarray) -> Pca:
    """PCA of `x [N, D]` from one eigendecomposition of its D × D scatter matrix."""
    mean = np.zeros(x.shape[1])
    for rows in _chunks(x):
        mean += rows.sum(0)
    mean /= len(x)
    scatter = np.zeros((x.shape[1], x.shape[1]))
    for rows in _chunks(x):
        centered = rows - mean
        scatter += centered.T @ centered
    eigenvalues, components = linalg.eigh(scatter)
    return Pca(mean, components[:, ::-1].copy(), np.maximum(eigenvalues[::-1], 0), len(x))


def training_errors(pca: Pca) -> np.ndarray:
    """ε on the training set for the latent dimensions 0 … D, `[D + 1]`: the sum of the discarded
    eigenvalues, divided by the number of samples."""
    tail = np.cumsum(pca.eigenvalues[::-1])[::-1]
    return np.append(tail, 0.0) / pca.n


def reconstruction_errors(pca: Pca, x: np.ndarray) -> np.ndarray:
    """ε = mean ‖x − x̃‖² over `x [N, D]` for the latent dimensions 0 … D, `[D + 1]`.

    The components are orthonormal, so the squared coordinates beyond dimension k add up to the
    error of the code of dimension k.
    """
    total = np.zeros(x.shape[1])
    for rows in _chunks(x):
        total += np.square((rows - pca.mean) @ pca.components).sum(0)
    return np.append(np.cumsum(total[::-1])[::-1], 0.0) / len(x)


def reconstruct(pca: Pca, x: np.ndarray, latent_dim: int) -> np.ndarray:
    """x̃ `[N, D]`, the reconstructions of `x [N, D]` from the code of dimension `latent_dim`."""
    basis = pca.components[:, :latent_dim]
    return pca.mean + (x - pca.mean) @ basis @ basis.T


def principal_angles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The angles (degrees, descending) between the spans of the columns of `a` and `b`."""
    return np.degrees(linalg.subspace_angles(a, b))


def save_pca(pca: Pca, path: str | Path) -> None:
    """Write `pca` as safetensors."""
    arrays = {name: np.asarray(value) for name, value in vars(pca).items()}
    with whole_file(path) as beside:
        beside.write_bytes(safetensors.numpy.save(arrays))


def load_pca(path: str | Path) -> Pca:
    """The PCA that `save_pca` wrote. Raises a `UserError` if the file is damaged."""
    try:
        arrays = safetensors.numpy.load_file(path)
        return Pca(arrays["mean"], arrays["components"], arrays["eigenvalues"], int(arrays["n"]))
    except (SafetensorError, KeyError):
        raise damaged(path, "PCA of this workflow") from None


def _chunks(x: np.ndarray) -> Iterator[np.ndarray]:
    """`x [N, D]` in float64, a few rows at a time, so that there is no second copy of all."""
    for start in range(0, len(x), _ROWS):
        yield x[start : start + _ROWS].astype(np.float64)
