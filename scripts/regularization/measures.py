"""Task 3: how far functions are from the one to be learned, and linear interpolation, which needs
no network."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.oscillatory import OSCILLATORY, oscillatory
from dlse.networks.problems import rel_l2

NEAR_ZERO = 1e-3  # a weight below this does almost nothing: at birth, most are above 0.1


def part_errors(values: Tensor, jump: float = 0.0) -> dict[str, Tensor]:
    """The relative L² error of `values [..., test points]`, and the contribution of each part of
    the interval. The squares of these add up. The part "jump" is the cell between the two data
    points around 0.

    jump: where in this cell the function jumps. The data do not depend on it.
    """
    x, _ = OSCILLATORY.test()
    truth = oscillatory(x, jump)
    low, high = jump_cell()
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


def jump_cell() -> tuple[float, float]:
    """The two data points around 0."""
    grid = OSCILLATORY.x()
    return float(grid[grid < 0].max()), float(grid[grid > 0].min())


def interpolation(noise_seeds: Sequence[int]) -> Tensor:
    """Linear interpolation of the noisy points of each noise seed, at the test points `[S, M]`."""
    x, (at, _) = OSCILLATORY.x(), OSCILLATORY.test()
    values = [np.interp(at, x, y) for y in OSCILLATORY.data(noise_seeds).numpy()]
    return torch.from_numpy(np.stack(values))


def half_open(noise_seeds: list[int]) -> Tensor:
    """The errors `[S]` of linear interpolation if the same number of uniform points leaves out the
    right end of the interval. The jump is then at one of the points, which is the right end of its
    cell. To the right of the last point, its value is kept."""
    n = OSCILLATORY.points
    x = torch.linspace(OSCILLATORY.low, OSCILLATORY.high, n + 1, dtype=torch.float64)[:-1]
    x[n // 2] = 0.0  # without rounding
    at, truth = OSCILLATORY.test()
    noise = OSCILLATORY.data(noise_seeds) - oscillatory(OSCILLATORY.x())
    values = [np.interp(at, x, y) for y in (oscillatory(x) + noise).numpy()]
    return rel_l2(torch.from_numpy(np.stack(values)), truth)
