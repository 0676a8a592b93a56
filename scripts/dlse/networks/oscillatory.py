"""The function that the networks of tasks 3 and 4 learn."""

import math

import torch
from torch import Tensor

from dlse.networks.problems import Problem


def oscillatory(x: Tensor) -> Tensor:
    """5 + Σ_{k=1..4} sin kx for x < 0, and cos 10x for x ≥ 0; it jumps from 5 to 1 at 0."""
    left = 5 + sum(torch.sin(k * x) for k in range(1, 5))
    return torch.where(x < 0, left, torch.cos(10 * x))


# The assignment asks for 80 equidistant points with noise of σ = 0.1.
OSCILLATORY = Problem(oscillatory, -math.pi, math.pi, 80, 0.1, math.pi)
