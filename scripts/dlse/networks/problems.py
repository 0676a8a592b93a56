"""The functions that small networks learn: their data and the error measure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlse.networks.streams import generator

TEST_POINTS = 1000


@dataclass(frozen=True)
class Problem:
    """A function on an interval, to be learned from equidistant points with Gaussian noise.

    Networks see x divided by `scale`, so that their inputs are of order 1.
    """

    function: Callable[[Tensor], Tensor]
    low: float
    high: float
    points: int
    sigma: float = 0.0  # standard deviation of the noise
    scale: float = 1.0

    def x(self, points: int | None = None) -> Tensor:
        """Equidistant points `[N]`, both ends included, in float64."""
        return torch.linspace(self.low, self.high, points or self.points, dtype=torch.float64)

    def data(self, seeds: Sequence[int]) -> Tensor:
        """Training values `[S, N]` in float64. The noise of each seed comes from its own stream."""
        clean = self.function(self.x()).expand(len(seeds), -1)
        if self.sigma == 0:
            return clean
        noise = [
            torch.randn(self.points, generator=generator(seed, "noise"), dtype=torch.float64)
            for seed in seeds
        ]
        return clean + self.sigma * torch.stack(noise)

    def test(self) -> tuple[Tensor, Tensor]:
        """`TEST_POINTS` points `[N]` and the values of the function there, without noise."""
        x = self.x(TEST_POINTS)
        return x, self.function(x)

    def inputs(self, x: Tensor, members: int, device: str = "cpu") -> Tensor:
        """Points `[N]` as the inputs `[members, 1, N]` of an ensemble."""
        scaled = (x / self.scale).to(device, torch.float32)
        return scaled.expand(members, 1, -1).contiguous()


def rel_l2(prediction: Tensor, truth: Tensor) -> Tensor:
    """‖prediction − truth‖₂ / ‖truth‖₂ over the last axis, as a fraction. It is infinite where the
    prediction is not finite."""
    error = (prediction - truth).norm(dim=-1) / truth.norm(dim=-1)
    return error.nan_to_num(nan=torch.inf)
