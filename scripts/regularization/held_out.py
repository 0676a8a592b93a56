"""The choice of the strength in task 3 by the errors at held-out points."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.regularization.networks import Recipe, fit


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
    recipe: Recipe, method: str, strengths: Sequence[float], noise_seeds: Sequence[int],
    folds: int, device: str,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """The mean squared errors at the scored held-out points, `[strengths, noise seeds]`, and the
    CPU seconds. The noise seeds hold out the folds in turn, one fold and one network each, so that
    their errors are independent."""
    x, data = OSCILLATORY.x(), OSCILLATORY.data(noise_seeds)
    errors, seconds = np.empty((len(strengths), len(noise_seeds))), 0.0
    for fold, out in enumerate(held_out_folds(len(x), folds)):
        own = range(fold, len(noise_seeds), folds)
        if not own:
            break
        kept = torch.ones(len(x), dtype=torch.bool)
        kept[out] = False
        members = [
            recipe.member(method, strength, f"{noise_seeds[row]}.fold{fold}")
            for strength in strengths
            for row in own
        ]
        y = data[own].repeat(len(strengths), 1)
        fitted = fit(recipe, members, x[kept], y[:, kept], x[out], device)
        seconds += fitted.cpu_seconds
        values = fitted.values.view(len(strengths), len(own), -1)
        for place, row in enumerate(own):
            counts = scored(data[row])[out]
            missed = (values[:, place] - data[row, out])[:, counts]
            errors[:, row] = missed.square().mean(1)
    return errors, seconds


def choose(scores: pd.DataFrame) -> float:
    """The chosen strength: the weakest one that is at most one standard error worse on held-out
    points than the best one (the rule of Breiman et al. 1984, Classification and regression trees,
    section 3.4.3). The error of the best one is not known better than that.

    scores: one row per `strength` and `noise_seed`, with its `error`. The logarithms are compared,
        since the errors spread over a decade, and on the same noise seeds.

    Held-out points do not show the cell of the jump, where every penalty flattens the step. A
    stronger penalty is therefore chosen only if the other points require it.
    """
    table = np.log(scores.pivot(index="noise_seed", columns="strength", values="error"))
    excess = table.sub(table[table.mean().idxmin()], axis=0)
    return min(table.columns[excess.mean() <= excess.sem()])
