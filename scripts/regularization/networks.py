"""Task 3: L1, L2 and dropout on the oscillatory function from 80 noisy points."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import rel_l2

BETA2 = 0.99  # of Adam


@dataclass(frozen=True)
class Setting:
    """Everything that training with one method needs to know."""

    method: str
    width: int
    depth: int
    steps: int
    strength: float  # l1 or l2 of `Member`, or the dropout rate
    learning_rate: float
    batches: int
    decay: float

    def network(self) -> Perceptron:
        """The networks that are trained."""
        return Perceptron(self.width, self.depth, "spread_kinks")

    def schedule(self) -> Schedule:
        """Adam with a short memory of squares: so few points make small epochs."""
        return Schedule(
            self.steps, beta2=BETA2, batches=self.batches, warmup=0.05, decay=self.decay
        )

    def member(self, seed: str) -> Member:
        """One network."""
        own = {} if self.method == "none" else {self.method: self.strength}
        return Member(seed, self.learning_rate, **own)


def fit(
    setting: Setting, seeds: Sequence[str], x: Tensor, y: Tensor, at: Tensor, device: str
) -> tuple[Tensor, float]:
    """Train one network for each of `seeds` on x `[N]`, y `[S, N]`.

    Returns their values at the points `at` `[S, M]` and the CPU seconds.
    """
    members = [setting.member(seed) for seed in seeds]
    values, seconds = [], 0.0
    for _, ensemble, training in train_stacks(
        setting.network(), members, OSCILLATORY, x, y, setting.schedule(), device
    ):
        seconds += training.cpu_seconds
        outputs = ensemble.forward(OSCILLATORY.inputs(at, ensemble.members, device))
        values.append(outputs[:, 0].double().cpu())
    return torch.cat(values), seconds


def part_errors(values: Tensor) -> dict[str, Tensor]:
    """The relative L2 error of `values [..., test points]`, and what each part of the interval
    adds to it: their squares add up. The jump is the cell between the two points around 0."""
    x, truth = OSCILLATORY.test()
    grid = OSCILLATORY.x()
    low, high = grid[grid < 0].max(), grid[grid > 0].min()
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
