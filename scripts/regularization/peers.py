"""Reference methods for task 3, which learn from the same noisy points."""

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.neural_network import MLPRegressor
from torch import Tensor

from dlse.networks.oscillatory import OSCILLATORY


def _interpolation(x: np.ndarray, y: np.ndarray, at: np.ndarray, seed: int) -> np.ndarray:
    return np.interp(at, x, y)


def _gaussian_process(x: np.ndarray, y: np.ndarray, at: np.ndarray, seed: int) -> np.ndarray:
    kernel = ConstantKernel(10.0) * Matern(0.3, nu=0.5) + WhiteKernel(0.01)
    process = GaussianProcessRegressor(kernel, normalize_y=True)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return process.fit(x[:, None], y).predict(at[:, None])


def _mlp_regressor(x: np.ndarray, y: np.ndarray, at: np.ndarray, seed: int) -> np.ndarray:
    network = MLPRegressor(
        hidden_layer_sizes=(32,) * 6, batch_size=40, learning_rate_init=0.004, max_iter=500,
        tol=0.0, n_iter_no_change=500, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return network.fit(x[:, None], y).predict(at[:, None])


INTERPOLATION, PROCESS = "linear interpolation", "Gaussian process (Matérn ½)"
PEERS = {
    INTERPOLATION: _interpolation,
    PROCESS: _gaussian_process,
    "MLPRegressor, untuned": _mlp_regressor,
}


def peer(name: str, noise_seeds: Sequence[int]) -> Tensor:
    """The values `[S, test points]` that the reference method `name` finds from the data of each
    noise seed."""
    x, at = (
        points.numpy() / OSCILLATORY.scale for points in (OSCILLATORY.x(), OSCILLATORY.test()[0])
    )
    data = OSCILLATORY.data(noise_seeds).numpy()
    values = [PEERS[name](x, y, at, seed) for seed, y in zip(noise_seeds, data, strict=True)]
    return torch.from_numpy(np.stack(values))
