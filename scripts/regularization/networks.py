"""Task 3: networks with L1, L2 or dropout regularization learn the oscillatory function."""

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
    """Everything that training with one method requires."""

    method: str
    width: int
    depth: int
    steps: int
    strength: float  # l1 or l2 of `Member`, or the dropout rate
    learning_rate: float
    batches: int
    decay: float

    def network(self) -> Perceptron:
        """The network to be trained."""
        return Perceptron(self.width, self.depth, "spread_kinks")

    def schedule(self) -> Schedule:
        """Adam with a short memory of squared gradients, since so few points make short epochs."""
        return Schedule(
            self.steps, beta2=BETA2, batches=self.batches, warmup=0.05, decay=self.decay
        )

    def member(self, seed: str) -> Member:
        """The member of an ensemble that is trained with this setting."""
        own = {} if self.method == "none" else {self.method: self.strength}
        return Member(seed, self.learning_rate, **own)


def fit(
    setting: Setting, seeds: Sequence[str], x: Tensor, y: Tensor, at: Tensor, device: str
) -> tuple[Tensor, float]:
    """Train one network per seed on the points x `[N]` and the values y `[S, N]`.

    Returns their values `[S, M]` at the points `at` `[M]`, and the CPU seconds.
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
    """The relative L² error of `values [..., test points]`, and the contribution of each part of
    the interval. The squares of these add up. The part "jump" is the cell between the two data
    points around 0."""
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
