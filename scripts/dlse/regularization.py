"""Task 3: L1, L2 and dropout on the oscillatory function from 80 noisy points."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.neural_network import MLPRegressor
from torch import Tensor

from dlse.ensemble import Perceptron, stacks
from dlse.ensemble_training import Member, Schedule, train_ensemble
from dlse.functions import OSCILLATORY, rel_l2

METHOD_NAMES = {"none": "none", "l1": "L1", "l2": "L2", "dropout": "dropout"}
METHODS = tuple(METHOD_NAMES)


@dataclass(frozen=True)
class Setting:
    """Everything that training with one method needs to know."""

    method: str
    width: int
    depth: int
    steps: int
    strength: float  # l1 or l2 of `Member`, or the dropout rate
    learning_rate: float
    batches: int
    decay: float

    def network(self) -> Perceptron:
        """The networks that are trained."""
        return Perceptron(self.width, self.depth, "spread_kinks")

    def schedule(self) -> Schedule:
        """Adam with a short memory of squares (β₂ 0.99): 80 points make small epochs."""
        return Schedule(self.steps, beta2=0.99, batches=self.batches, warmup=0.05, decay=self.decay)

    def member(self, seed: str) -> Member:
        """One network."""
        own = {} if self.method == "none" else {self.method: self.strength}
        return Member(seed, self.learning_rate, **own)


def fit(
    setting: Setting, seeds: Sequence[str], x: Tensor, y: Tensor, at: Tensor, device: str
) -> tuple[Tensor, float]:
    """Train one network for each of `seeds` on x `[N]`, y `[S, N]`.

    Returns their values at the points `at` `[S, M]` and the CPU seconds.
    """
    values, seconds = [], 0.0
    for part, ensemble in stacks(setting.network(), seeds, len(x) // setting.batches, device):
        members = [setting.member(seed) for seed in seeds[part]]
        inputs = OSCILLATORY.inputs(x, len(members), device)
        targets = y[part].float()[:, None].contiguous().to(device)
        seconds += train_ensemble(
            ensemble, members, inputs, targets, setting.schedule()
        ).cpu_seconds
        outputs = ensemble.forward(OSCILLATORY.inputs(at, len(members), device))
        values.append(outputs[:, 0].double().cpu())
        print(f"{part.stop} of {len(seeds)} networks, {seconds / part.stop:.3f} CPU s each")
    return torch.cat(values), seconds


def held_out_folds(points: int, folds: int) -> list[Tensor]:
    """The inner points 0 < i < points − 1, every `folds`-th in one fold: what is left out
    always lies between points that are not."""
    inner = torch.arange(1, points - 1)
    return [inner[inner % folds == fold] for fold in range(folds)]


def scored(y: Tensor) -> Tensor:
    """Which of the points of y `[N]` count when held out, `[N]`: all but the two beside the
    largest step.

    Left out, a point beside the jump says only that the jump lies somewhere in a cell twice
    as wide: its error, forty times that of the others, measures no fit at all.
    """
    counts = torch.ones(len(y), dtype=torch.bool)
    step = int(y.diff().abs().argmax())
    counts[step : step + 2] = False
    return counts


def held_out_errors(
    setting: Setting, noise_seeds: Sequence[int], folds: int, device: str
) -> tuple[np.ndarray, float]:
    """The mean squared error at held-out points that count, `[noise seeds, folds]`; one
    network each. And the CPU seconds."""
    x, data = OSCILLATORY.x(), OSCILLATORY.data(noise_seeds)
    errors, seconds = np.empty((len(noise_seeds), folds)), 0.0
    for fold, out in enumerate(held_out_folds(len(x), folds)):
        kept = torch.ones(len(x), dtype=torch.bool)
        kept[out] = False
        seeds = [f"{seed}.fold{fold}" for seed in noise_seeds]
        values, spent = fit(setting, seeds, x[kept], data[:, kept], x[out], device)
        seconds += spent
        for row, y in enumerate(data):
            counts = scored(y)[out]
            errors[row, fold] = (values[row] - y[out])[counts].square().mean()
    return errors, seconds


def choose(scores: pd.DataFrame) -> dict:
    """The chosen candidate: the weakest strength that is not significantly worse on held-out
    points than the best one (paired t-test, two-sided 5 %), with its best network.

    scores: one row a candidate (columns width, depth, steps, strength), noise seed and fold,
    with `error`, whose logarithm is compared, since single errors spread over a decade.
    Held-out points do not see the cell of the jump, where every penalty flattens the step: so
    a stronger one is taken only where the points that are seen ask for it.
    """
    keys = ["strength", "width", "depth", "steps"]
    table = scores.pivot(index=keys, columns=["noise_seed", "fold"], values="error")
    table = np.log(table)
    mean = table.mean(axis=1)
    excess = table - table.loc[mean.idxmin()]
    n = table.shape[1]
    tolerance = stats.t.ppf(0.975, n - 1) * excess.std(axis=1) / np.sqrt(n)
    eligible = mean.index[excess.mean(axis=1) <= tolerance]
    weakest = min(strength for strength, *_ in eligible)
    best = mean[mean.index.get_level_values("strength") == weakest].idxmin()
    return dict(zip(keys, best, strict=True))


def part_errors(values: Tensor) -> dict[str, Tensor]:
    """The relative L2 error of `values [..., test points]`, and what each part of the interval
    adds to it: their squares add up. The jump is the cell between the two points around 0."""
    x, truth = OSCILLATORY.test()
    grid = OSCILLATORY.x()
    low, high = grid[grid < 0].max(), grid[grid > 0].min()
    squares = (values - truth).square()
    total = truth.square().sum()
    parts = {"left": x <= low, "jump": (x > low) & (x < high), "right": x >= high}
    return {
        "rel_l2": rel_l2(values, truth),
        **{
            f"rel_l2_{name}": (squares[..., mask].sum(-1) / total).sqrt()
            for name, mask in parts.items()
        },
    }


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


PEERS = {
    "linear interpolation": _interpolation,
    "Gaussian process (Matérn ½)": _gaussian_process,
    "MLPRegressor (500 epochs)": _mlp_regressor,
}


def peer(name: str, noise_seeds: Sequence[int]) -> Tensor:
    """The values `[S, test points]` that another method finds from the same data."""
    x, at = (
        points.numpy() / OSCILLATORY.scale for points in (OSCILLATORY.x(), OSCILLATORY.test()[0])
    )
    data = OSCILLATORY.data(noise_seeds).numpy()
    values = [PEERS[name](x, y, at, seed) for seed, y in zip(noise_seeds, data, strict=True)]
    return torch.from_numpy(np.stack(values))
