"""The choice of strength and network in task 3 by the errors at held-out points."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from scipy import special
from torch import Tensor

from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.regularization.networks import Setting, fit


def held_out_folds(points: int, folds: int) -> list[Tensor]:
    """The indices of the inner points 0 < i < points − 1, with every `folds`-th one in the same
    fold. Each held-out point thus lies between points that are kept."""
    inner = torch.arange(1, points - 1)
    return [inner[inner % folds == fold] for fold in range(folds)]


def scored(y: Tensor) -> Tensor:
    """Mask `[N]` of the points of y `[N]` that are scored when they are held out: all except the
    two next to the largest step.

    Without a point next to the jump, the data only tell that the jump lies in a cell twice as
    wide. The error at such a point, forty times that at the others, does not measure the fit.
    """
    counts = torch.ones(len(y), dtype=torch.bool)
    step = int(y.diff().abs().argmax())
    counts[step : step + 2] = False
    return counts


def held_out_errors(
    setting: Setting, noise_seeds: Sequence[int], folds: int, device: str
) -> tuple[np.ndarray, float]:
    """The mean squared errors at the scored held-out points, `[noise seeds, folds]`, with one
    network each, and the CPU seconds."""
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
    points than the best one (paired t-test, two-sided, 5 %), with its best network.

    scores: one row per candidate (columns width, depth, steps, strength), noise seed and fold,
        with its `error`. The logarithms are compared, since the errors spread over a decade.

    Held-out points do not show the cell of the jump, where every penalty flattens the step. A
    stronger penalty is therefore chosen only if the other points require it.
    """
    keys = ["strength", "width", "depth", "steps"]
    table = scores.pivot(index=keys, columns=["noise_seed", "fold"], values="error")
    table = np.log(table)
    mean = table.mean(axis=1)
    excess = table - table.loc[mean.idxmin()]
    n = table.shape[1]
    tolerance = special.stdtrit(n - 1, 0.975) * excess.std(axis=1) / np.sqrt(n)
    eligible = mean.index[excess.mean(axis=1) <= tolerance]
    weakest = min(strength for strength, *_ in eligible)
    best = mean[mean.index.get_level_values("strength") == weakest].idxmin()
    return dict(zip(keys, best, strict=True))
