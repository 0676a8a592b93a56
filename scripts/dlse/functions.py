"""The functions that small networks learn, and how well they do."""

import torch
from torch import Tensor


def runge(x: Tensor) -> Tensor:
    """1/(1 + 25x²) on [−1, 1] (Runge 1901)."""
    return 1 / (1 + 25 * x**2)


def oscillatory(x: Tensor) -> Tensor:
    """5 + Σ_{k=1..4} sin kx for x < 0, else cos 10x, on [−π, π]; it jumps from 5 to 1 at 0."""
    left = 5 + sum(torch.sin(k * x) for k in range(1, 5))
    return torch.where(x < 0, left, torch.cos(10 * x))


def grid(low: float, high: float, points: int) -> Tensor:
    """`points` equidistant points `[N]` from `low` to `high`, both among them, in float64."""
    return torch.linspace(low, high, points, dtype=torch.float64)


def rel_l2(prediction: Tensor, truth: Tensor) -> Tensor:
    """‖prediction − truth‖₂ / ‖truth‖₂ over the last axis; a fraction."""
    return (prediction - truth).norm(dim=-1) / truth.norm(dim=-1)


def noisy(values: Tensor, sigma: float, streams: list[torch.Generator]) -> Tensor:
    """`values [N]` with independent Gaussian noise of each stream, `[S, N]`."""
    noise = torch.stack(
        [torch.randn(len(values), generator=stream, dtype=torch.float64) for stream in streams]
    )
    return values + sigma * noise
