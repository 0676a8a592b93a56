"""Task 4: the effect of the initialization on deep ReLU networks, before and in training."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import rel_l2

FIRST_STEPS = 100  # after which the speed at which learning begins is compared
NEVER_LEARNS = 0.9  # It never learns if it ends above this share of the best constant's error.
CURVE_POINTS = 60  # at which the training error is recorded, at most


def schedule(optimizer: str, steps: int) -> Schedule:
    """The same for all initializations. All points are in every step. The rate rises over the first
    twentieth of the steps and falls to zero over the second half, so that the curves end flat.
    Gradients are not clipped."""
    return Schedule(steps, optimizer, warmup=0.05, decay=0.5)


def family(initialization: str) -> str:
    """What "he_normal" and "he_uniform" have in common: "he", the variance of the weights."""
    return initialization.split("_")[0]


def reference_errors() -> dict[str, float]:
    """The relative L² test errors of three functions that show how much of the task is which part:
    the best constant; the best constant on each side of the jump; and the left half without an
    error, with zero on the right."""
    x, truth = OSCILLATORY.test()
    left = x < 0
    functions = {
        "constant": truth.mean().expand_as(truth),
        "two_constants": torch.where(left, truth[left].mean(), truth[~left].mean()),
        "left_half": torch.where(left, truth, 0.0),
    }
    return {name: float(rel_l2(values, truth)) for name, values in functions.items()}


def second_moments(network: Perceptron, seeds: Sequence[int], device: str = "cpu") -> Tensor:
    """The mean square of each hidden layer's values before activation, over neurons and training
    points, in networks without training, `[S, depth]`.

    A ReLU passes half of the second moment of a symmetric value. In expectation, He's variance
    2/in therefore keeps the mean square from layer to layer (He et al. 2015). Xavier's variance,
    1/in for equal widths, is made for tanh (Glorot & Bengio 2010) and halves it.
    """
    moments = []
    for _, ensemble in stacks(network, seeds, OSCILLATORY.points, device):
        values = OSCILLATORY.inputs(OSCILLATORY.x(), ensemble.members, device)
        layers = []
        for weight, bias in zip(ensemble.weights[:-1], ensemble.biases[:-1], strict=True):
            values = weight @ values + bias
            layers.append(values.square().mean((1, 2)))
            values = values.relu()
        moments.append(torch.stack(layers, 1))
    return torch.cat(moments).double().cpu()


def slopes(moments: np.ndarray) -> np.ndarray:
    """Jackknife pseudo-values `[S]` of the slope per layer of log₂ of the mean second moment, for
    the `moments [S, depth]` of S networks.

    The logarithm of a mean of few heavy-tailed values is too small on average. The mean of the
    pseudo-values is the slope without this bias to first order, and their spread gives its
    standard error (Efron & Tibshirani 1993, ch. 11).
    """
    n, depth = moments.shape
    total = moments.sum(0)
    of_all = np.log2(total[-1] / total[0])
    without = total - moments  # the sums over the other networks
    of_others = np.log2(without[:, -1] / without[:, 0])
    return (n * of_all - (n - 1) * of_others) / (depth - 1)


def gradient_norms(
    network: Perceptron, seeds: Sequence[int], device: str = "cpu"
) -> tuple[Tensor, Tensor]:
    """Before training, the norm of the gradient of the loss with respect to the weights of each
    layer that ends in a ReLU, `[S, depth]`; and which networks are born dead, `[S]`.

    The mean square of the gradient is the same for all layers of one network: what the values of a
    layer have lost in the forward pass, the gradients of the layers below it lose in the backward
    pass. With each additional layer, He's variance keeps this mean square, and Xavier's halves it.
    """
    norms, dead = [], []
    for part, ensemble in stacks(network, seeds, OSCILLATORY.points, device):
        inputs = OSCILLATORY.inputs(OSCILLATORY.x(), ensemble.members, device)
        y = OSCILLATORY.data(seeds[part]).float()[:, None].to(device)
        ensemble.backward((ensemble.forward(inputs) - y) * (2 / OSCILLATORY.points))
        layers = [gradient.norm(dim=(1, 2)) for gradient in ensemble.weight_gradients[:-1]]
        norms.append(torch.stack(layers, 1))
        dead.append(ensemble.is_dead(inputs))
    return torch.cat(norms).double().cpu(), torch.cat(dead).cpu()


def train_networks(
    network: Perceptron, members: Sequence[Member], schedule: Schedule, device: str
) -> tuple[dict[str, Tensor], Tensor, Tensor, float]:
    """Train one network per member.

    Returns the results by name, each `[S]`, the steps of the curves `[K]`, the relative L² training
    error at these steps `[S, K]`, and the CPU seconds. The error of a network that has diverged is
    infinite.
    """
    x, truth = OSCILLATORY.test()
    steps = torch.from_numpy(np.geomspace(1, schedule.steps, CURVE_POINTS).round()).long().unique()
    data = OSCILLATORY.data([member.seed for member in members])
    results, curves, seconds = [], [], 0.0
    for part, ensemble, training in train_stacks(
        network, members, OSCILLATORY, OSCILLATORY.x(), data, schedule, device
    ):
        seconds += training.cpu_seconds
        y = data[part]
        error = (training.losses.double() / y.square().mean(1, keepdim=True)).sqrt()
        error = error.nan_to_num(nan=torch.inf)
        outputs = ensemble.forward(OSCILLATORY.inputs(x, ensemble.members, device))[:, 0]
        constant = y.std(1, correction=0) / y.square().mean(1).sqrt()
        results.append(
            {
                "first_rel_l2": error[:, min(FIRST_STEPS, schedule.steps) - 1],
                "train_rel_l2": error[:, -1],
                "test_rel_l2": rel_l2(outputs.double().cpu(), truth),
                "never_learns": error[:, -1] >= NEVER_LEARNS * constant,
            }
        )
        curves.append(error[:, steps - 1])
    joined = {name: torch.cat([part[name] for part in results]) for name in results[0]}
    return joined, steps, torch.cat(curves), seconds
