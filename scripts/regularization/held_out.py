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


def hold_out(
    recipe: Recipe, candidates: Sequence[tuple[str, float]], noise_seeds: Sequence[int],
    folds: int, device: str,
) -> tuple[dict[str, np.ndarray], float]:  # fmt: skip
    """Train the `candidates`, methods with their strengths, without some of the points.

    Returns by name, `[candidates, noise seeds]`, the root mean square error at the scored held-out
    points, `held_out`, and what is known of the weights; and the CPU seconds. The noise seeds hold
    out the folds in turn, one fold and one network each, so that their errors are independent.
    """
    x, data = OSCILLATORY.x(), OSCILLATORY.data(noise_seeds)
    found, seconds = {}, 0.0
    for fold, out in enumerate(held_out_folds(len(x), folds)):
        own = list(range(fold, len(noise_seeds), folds))
        if not own:
            break
        kept = torch.ones(len(x), dtype=torch.bool)
        kept[out] = False
        members = [
            recipe.member(method, strength, f"{noise_seeds[row]}.fold{fold}")
            for method, strength in candidates
            for row in own
        ]
        y = data[own].repeat(len(candidates), 1)
        fitted = fit(recipe, members, x[kept], y[:, kept], x[out], device)
        seconds += fitted.cpu_seconds
        counts = torch.stack([scored(data[row])[out] for row in own]).repeat(len(candidates), 1)
        squares = (fitted.values - y[:, out]).square() * counts
        errors = (squares.sum(1) / counts.sum(1)).sqrt()
        for name, values in ({"held_out": errors} | fitted.about_weights()).items():
            table = found.setdefault(name, np.empty((len(candidates), len(noise_seeds))))
            table[:, own] = values.view(len(candidates), -1)
    return found, seconds


def choose(scores: pd.DataFrame) -> float:
    """The chosen strength: the weakest one that is at most one standard error worse on held-out
    points than the best one (the rule of Breiman et al. 1984, Classification and regression trees,
    section 3.4.3). The error of the best one is not known better than that.

    scores: one row per `strength` and `seed`, with its error `value`. The logarithms are compared,
        since the errors spread over a decade, and on the same noise seeds.

    Held-out points do not show the cell of the jump, where every penalty flattens the step. A
    stronger penalty is therefore chosen only if the other points require it.
    """
    table = np.log(scores.pivot(index="seed", columns="strength", values="value"))
    excess = table.sub(table[table.mean().idxmin()], axis=0)
    return min(table.columns[excess.mean() <= excess.sem()])
