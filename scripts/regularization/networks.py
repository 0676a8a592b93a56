"""Task 3: networks with L1, L2 or dropout regularization learn the oscillatory function."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import Problem
from dlse.studies.regularization.measures import NEAR_ZERO


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained: everything except what regularizes it."""

    width: int
    depth: int
    initialization: str
    scaled_inputs: bool  # x/π instead of x
    steps: int
    learning_rate: float
    beta2: float
    batches: int
    warmup: float
    decay: float

    def network(self) -> Perceptron:
        """The network to be trained."""
        return Perceptron(self.width, self.depth, self.initialization)

    def schedule(self) -> Schedule:
        """The rule by which it is trained, with Adam."""
        return Schedule(
            self.steps, beta2=self.beta2, batches=self.batches, warmup=self.warmup,
            decay=self.decay,
        )  # fmt: skip

    def problem(self) -> Problem:
        """What it learns, and from which inputs."""
        return OSCILLATORY if self.scaled_inputs else replace(OSCILLATORY, scale=1.0)

    def member(self, method: str, strength: float, seed: str) -> Member:
        """The member of an ensemble that is regularized by `method`: none, l1, l2 or dropout. Its
        `strength` is l1 or l2 of `Member`, or the dropout rate."""
        own = {} if method == "none" else {method: strength}
        return Member(seed, self.learning_rate, **own)


@dataclass(frozen=True)
class Fitted:
    """What S networks have learned.

    values: `[S, M]`, at the points that were asked for.
    residual: `[S]`, the root mean square of what is left at the points that they learned from.
    weight_norm: `[S]`, the root of the sum of all squared weights.
    near_zero: `[S]`, the share of weights below `NEAR_ZERO`.
    cpu_seconds: of all trainings together.
    """

    values: Tensor
    residual: Tensor
    weight_norm: Tensor
    near_zero: Tensor
    cpu_seconds: float

    def about_weights(self) -> dict[str, Tensor]:
        """The metrics `[S]` that tell what a penalty does to the network."""
        return {
            "residual": self.residual,
            "weight_norm": self.weight_norm,
            "near_zero": self.near_zero,
        }


def fit(
    recipe: Recipe, members: Sequence[Member], x: Tensor, y: Tensor, at: Tensor, device: str
) -> Fitted:
    """Train one network per member on the points x `[N]` and the values y `[S, N]`; take their
    values at the points `at` `[M]`."""
    problem, parts, seconds = recipe.problem(), [], 0.0
    for part, ensemble, training in train_stacks(
        recipe.network(), members, problem, x, y, recipe.schedule(), device
    ):
        seconds += training.cpu_seconds

        def outputs(points: Tensor, ensemble=ensemble) -> Tensor:
            inputs = problem.inputs(points, ensemble.members, device)
            return ensemble.forward(inputs)[:, 0].double().cpu()

        weights = torch.cat([weight.flatten(1) for weight in ensemble.weights], 1).cpu()
        parts.append(
            (
                outputs(at),
                (outputs(x) - y[part]).square().mean(1).sqrt(),
                weights.norm(dim=1),
                (weights.abs() < NEAR_ZERO).double().mean(1),
            )
        )
    return Fitted(*map(torch.cat, zip(*parts, strict=True)), seconds)
