"""Training of ensembles: one step updates all members, each with its own rate and penalty."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlse.networks.dropout import Dropout
from dlse.networks.ensemble import Ensemble, Perceptron, stacks
from dlse.networks.problems import Problem
from dlse.networks.streams import generator
from dlse.workflow.clock import Clock
from dlse.workflow.job import counted_progress


@dataclass(frozen=True)
class Schedule:
    """How long and by which rule the members are trained.

    The learning rate rises linearly over the first share `warmup` of the steps, stays constant,
    and falls linearly to zero over the last share `decay`.
    """

    steps: int
    optimizer: str = "adam"  # or "sgd", with momentum
    momentum: float = 0.9  # β₁ of Adam
    beta2: float = 0.999  # of Adam
    batches: int = 1  # into which each epoch divides the points anew
    warmup: float = 0.0
    decay: float = 0.0

    def factor(self, step: int) -> float:
        """The factor of the learning rate at step 0, 1, …."""
        rise = (step + 1) / max(1.0, self.warmup * self.steps)
        fall = (self.steps - step) / max(1.0, self.decay * self.steps)
        return min(1.0, rise, fall)


@dataclass(frozen=True)
class Member:
    """The settings of a single member. Penalties act on weights, not on biases."""

    seed: int | str  # of its random streams: weights, order of points, dropped units
    learning_rate: float
    l1: float = 0.0  # adds l1 Σ|w| to the loss
    l2: float = 0.0  # adds l2 Σw² to the loss
    dropout: float = 0.0


@dataclass(frozen=True)
class Training:
    """The result of a training.

    losses: `[S, steps]`; the loss of each member on the points of each step, before the step and
        without the penalty.
    cpu_seconds: of all members together.
    """

    losses: Tensor
    cpu_seconds: float

    def diverged_at(self) -> Tensor:
        """The first step whose loss is not finite, `[S]`; −1 if all losses are finite."""
        bad = ~self.losses.isfinite()
        return torch.where(bad.any(1), bad.int().argmax(1), -1)


def train_ensemble(
    network: Ensemble, members: Sequence[Member], x: Tensor, y: Tensor, schedule: Schedule
) -> Training:
    """Minimize each member's mean squared error on its own points x `[S, inputs, N]` and
    y `[S, outputs, N]`, which are on the network's device.

    Up to rounding, each member gets the numbers that it would get alone. They are identical to the
    last bit in every stack of two or more members that share one learning rate. A member that
    diverges continues as NaN and does not affect the others. Denormal numbers count as zero during
    the training: otherwise the moments of a dead network would fade through them, where arithmetic
    is a hundred times slower.
    """
    clock = Clock()
    torch.set_flush_denormal(True)
    points = x.shape[2]
    batch_size = points // schedule.batches
    optimizer = _optimizer(network, members, schedule)
    rates = [group["lr"] for group in optimizer.param_groups]
    order = dropout = None
    if schedule.batches > 1:
        order = _Order(points, schedule.batches, [member.seed for member in members])
    if any(member.dropout for member in members):
        dropout = Dropout(
            network, batch_size, [m.dropout for m in members], [m.seed for m in members]
        )
    penalty = _Penalty(network, members)
    losses = network.parameters.new_empty(schedule.steps, network.members)
    try:
        for step in range(schedule.steps):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * schedule.factor(step)
            xs, ys = (x, y) if order is None else order.take(x, y)
            if dropout is not None:
                dropout.advance()
            error = network.forward(xs, dropout) - ys
            torch.mean(error.square(), (1, 2), out=losses[step])
            network.backward(error.mul_(2 / error[0].numel()), dropout)
            penalty.add_gradient()
            optimizer.step()
    finally:
        torch.set_flush_denormal(False)
    return Training(losses.T.cpu(), clock.seconds())


def train_stacks(
    network: Perceptron,
    members: Sequence[Member],
    problem: Problem,
    x: Tensor,
    y: Tensor,
    schedule: Schedule,
    device: str,
    before: Callable[[Ensemble], object] = lambda ensemble: None,
) -> Iterator[tuple[slice, Ensemble, Training]]:
    """Train one `network` per member, one stack of them after another, on the points x `[N]` of
    `problem` and the values y `[S, N]`.

    before: called with each stack before its training.

    Yields each trained stack with the slice of `members` that it holds and its `Training`.
    """
    seeds, seconds, points = [member.seed for member in members], 0.0, len(x)
    for part, ensemble in stacks(network, seeds, points // schedule.batches, device):
        before(ensemble)
        inputs = problem.inputs(x, ensemble.members, device)
        targets = y[part].float()[:, None].contiguous().to(device)
        training = train_ensemble(ensemble, members[part], inputs, targets, schedule)
        seconds += training.cpu_seconds
        counted_progress("networks", part.stop, len(members), seconds)
        yield part, ensemble, training


def _optimizer(
    network: Ensemble, members: Sequence[Member], schedule: Schedule
) -> torch.optim.Optimizer:
    """The optimizer, with one group of parameters per run of members with equal learning rates."""
    runs = [
        (rate, [index for index, _ in run])
        for rate, run in itertools.groupby(enumerate(members), lambda item: item[1].learning_rate)
    ]
    groups = []
    for rate, run in runs:
        part = slice(run[0], run[-1] + 1)
        if len(runs) == 1:
            pairs = [(network.parameters, network.gradient)]
        else:
            pairs = [
                (value[part], gradient[part])
                for value, gradient in zip(
                    (*network.weights, *network.biases),
                    (*network.weight_gradients, *network.bias_gradients),
                    strict=True,
                )
            ]
        leaves = []
        for value, gradient in pairs:
            leaf = value.detach().requires_grad_()  # the same memory
            leaf.grad = gradient
            leaves.append(leaf)
        groups.append({"params": leaves, "lr": rate})
    if schedule.optimizer == "sgd":
        return torch.optim.SGD(groups, momentum=schedule.momentum, fused=True)
    return torch.optim.Adam(groups, betas=(schedule.momentum, schedule.beta2), fused=True)


class _Order:
    """Each member's own random order of N points, divided into batches of equal size. The points
    that remain at the end of an epoch are left out."""

    EPOCHS = 32  # drawn at once

    def __init__(self, points: int, batches: int, seeds: Sequence[int | str]) -> None:
        self._points, self._batch_size = points, points // batches
        self._used = self._batch_size * batches
        self._streams = [generator(seed, "order") for seed in seeds]
        self._batches: list[Tensor] = []

    def take(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """The next batch of points, a different one for each member."""
        if not self._batches:
            shape = (self.EPOCHS, self._points)
            orders = [torch.rand(shape, generator=s).argsort(1) for s in self._streams]
            order = torch.stack(orders)[:, :, : self._used].flatten(1)
            self._batches = list(order[:, None].to(x.device).split(self._batch_size, 2))
        index = self._batches.pop(0)
        return tuple(v.gather(2, index.expand(-1, v.shape[1], -1)) for v in (x, y))


class _Penalty:
    """The gradients of l1 Σ|w| + l2 Σw²."""

    def __init__(self, network: Ensemble, members: Sequence[Member]) -> None:
        def column(values: list[float]) -> Tensor | None:
            if not any(values):
                return None
            return torch.tensor(values, dtype=torch.float64).to(network.parameters)[:, None, None]

        self._network = network
        self._l1 = column([member.l1 for member in members])
        self._l2 = column([2 * member.l2 for member in members])

    def add_gradient(self) -> None:
        pairs = zip(self._network.weight_gradients, self._network.weights, strict=True)
        for gradient, weight in pairs:
            if self._l1 is not None:
                gradient.addcmul_(weight.sign(), self._l1)
            if self._l2 is not None:
                gradient.addcmul_(weight, self._l2)
