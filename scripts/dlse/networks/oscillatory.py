"""The function that the networks of tasks 3 and 4 learn."""

import math

import torch
from torch import Tensor

from dlse.networks.problems import Problem


def oscillatory(x: Tensor, jump: float = 0.0) -> Tensor:
    """5 + Σ_{k=1..4} sin kx for x < `jump`, and cos 10x from there on. With the assignment's jump
    at 0, it falls from 5 to 1."""
    left = 5 + sum(torch.sin(k * x) for k in range(1, 5))
    return torch.where(x < jump, left, torch.cos(10 * x))


# The assignment asks for 80 equidistant points with noise of σ = 0.1.
OSCILLATORY = Problem(oscillatory, -math.pi, math.pi, 80, 0.1, math.pi)
