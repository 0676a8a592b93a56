"""The functions that the networks of task 2 learn."""

import math

import torch
from torch import Tensor

from dlse.networks.problems import Problem


def runge(x: Tensor) -> Tensor:
    """1/(1 + 25x²) (Runge 1901)."""
    return 1 / (1 + 25 * x**2)


# 128 points fill whole vector registers for every width.
RUNGE = Problem(runge, -1.0, 1.0, 128)
# As in Lu, Shin, Su, Karniadakis 2020 (Commun. Comput. Phys. 28, 1671), x has variance one.
ABSOLUTE = Problem(torch.abs, -math.sqrt(3), math.sqrt(3), 128)
PROBLEMS = {"runge": RUNGE, "absolute": ABSOLUTE}
