"""The functions that small networks learn, their data and the error."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlse.training import generator

TEST_POINTS = 1000


@dataclass(frozen=True)
class Problem:
    """A function on an interval, learned from equidistant points with Gaussian noise.

    Networks see x divided by `scale`, so that their inputs are about 1.
    """

    function: Callable[[Tensor], Tensor]
    low: float
    high: float
    points: int
    sigma: float = 0.0  # of the noise
    scale: float = 1.0

    def x(self, points: int | None = None) -> Tensor:
        """`[N]` equidistant points, both ends among them, in float64."""
        return torch.linspace(self.low, self.high, points or self.points, dtype=torch.float64)

    def data(self, seeds: Sequence[int]) -> Tensor:
        """Training values `[S, N]`, float64: the noise of each seed comes from its own stream."""
        clean = self.function(self.x()).expand(len(seeds), -1)
        if self.sigma == 0:
            return clean
        noise = [
            torch.randn(self.points, generator=generator(seed, "noise"), dtype=torch.float64)
            for seed in seeds
        ]
        return clean + self.sigma * torch.stack(noise)

    def test(self) -> tuple[Tensor, Tensor]:
        """`TEST_POINTS` points `[N]` and the function there, without noise."""
        x = self.x(TEST_POINTS)
        return x, self.function(x)

    def inputs(self, x: Tensor, members: int, device: str = "cpu") -> Tensor:
        """Points `[N]` as the inputs `[members, 1, N]` of an ensemble."""
        scaled = (x / self.scale).to(device, torch.float32)
        return scaled.expand(members, 1, -1).contiguous()


def runge(x: Tensor) -> Tensor:
    """1/(1 + 25x²) (Runge 1901)."""
    return 1 / (1 + 25 * x**2)


def oscillatory(x: Tensor) -> Tensor:
    """5 + Σ_{k=1..4} sin kx for x < 0, else cos 10x; it jumps from 5 to 1 at 0."""
    left = 5 + sum(torch.sin(k * x) for k in range(1, 5))
    return torch.where(x < 0, left, torch.cos(10 * x))


def rel_l2(prediction: Tensor, truth: Tensor) -> Tensor:
    """‖prediction − truth‖₂ / ‖truth‖₂ over the last axis; a fraction. Infinite where the
    prediction is not finite."""
    error = (prediction - truth).norm(dim=-1) / truth.norm(dim=-1)
    return error.nan_to_num(nan=torch.inf)


# The assignment's. 128 points cut into whole vector registers for every width.
RUNGE = Problem(runge, -1.0, 1.0, 128)
OSCILLATORY = Problem(oscillatory, -math.pi, math.pi, 80, 0.1, math.pi)
# Of Lu, Shin, Su, Karniadakis 2020 (Commun. Comput. Phys. 28, 1671): x has variance one.
ABSOLUTE = Problem(torch.abs, -math.sqrt(3), math.sqrt(3), 128)
PROBLEMS = {"runge": RUNGE, "absolute": ABSOLUTE, "oscillatory": OSCILLATORY}
