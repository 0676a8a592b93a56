"""Task 4: the effect of the initialization on deep ReLU networks, before and in training."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import rel_l2

LEARNED = 0.1  # A network has learned once its relative L² training error is below this.
NEVER_LEARNS = 0.9  # It never learns if it ends above this share of the best constant's error.
CURVE_POINTS = 40  # at which the training error is recorded


def second_moments(network: Perceptron, seeds: Sequence[int]) -> Tensor:
    """The mean square of each hidden layer's values before activation, over neurons and training
    points, in networks without training, `[S, depth]`.

    A ReLU passes half of the second moment of a symmetric value. In expectation, He's variance
    2/in therefore keeps the mean square from layer to layer (He et al. 2015). Xavier's variance,
    1/in for equal widths, is made for tanh (Glorot & Bengio 2010) and halves it.
    """
    moments = []
    for _, ensemble in stacks(network, seeds, OSCILLATORY.points, "cpu"):
        values = OSCILLATORY.inputs(OSCILLATORY.x(), ensemble.members)
        layers = []
        for weight, bias in zip(ensemble.weights[:-1], ensemble.biases[:-1], strict=True):
            values = weight @ values + bias
            layers.append(values.square().mean((1, 2)))
            values = values.relu()
        moments.append(torch.stack(layers, 1))
    return torch.cat(moments).double()


def gradient_norms(network: Perceptron, seeds: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Before training, the norm of the gradient of the loss with respect to the weights of each
    layer that ends in a ReLU, `[S, depth]`; and which networks are born dead, `[S]`.

    The mean square of the gradient is the same for all layers of one network: what the values of a
    layer have lost in the forward pass, the gradients of the layers below it lose in the backward
    pass. With each additional layer, He's variance keeps this mean square, and Xavier's halves it.
    """
    norms, dead = [], []
    for part, ensemble in stacks(network, seeds, OSCILLATORY.points, "cpu"):
        inputs = OSCILLATORY.inputs(OSCILLATORY.x(), ensemble.members)
        y = OSCILLATORY.data(seeds[part]).float()[:, None]
        ensemble.backward((ensemble.forward(inputs) - y) * (2 / OSCILLATORY.points))
        layers = [gradient.norm(dim=(1, 2)) for gradient in ensemble.weight_gradients[:-1]]
        norms.append(torch.stack(layers, 1))
        dead.append(ensemble.is_dead(inputs))
    return torch.cat(norms).double(), torch.cat(dead)


def train_networks(
    network: Perceptron,
    seeds: Sequence[int],
    learning_rate: float,
    schedule: Schedule,
    device: str,
) -> tuple[dict[str, Tensor], Tensor, Tensor, float]:
    """Train one network per seed.

    Returns the results by name, each `[S]` ("steps_to_learn" is infinite for a network that does
    not get below `LEARNED`), the steps of the curves `[K]`, the relative L² training error at
    these steps `[S, K]`, and the CPU seconds.
    """
    x, truth = OSCILLATORY.test()
    steps = torch.from_numpy(np.geomspace(1, schedule.steps, CURVE_POINTS).round()).long().unique()
    members = [Member(seed, learning_rate) for seed in seeds]
    data = OSCILLATORY.data(seeds)
    results, curves, seconds = [], [], 0.0
    for part, ensemble, training in train_stacks(
        network, members, OSCILLATORY, OSCILLATORY.x(), data, schedule, device
    ):
        seconds += training.cpu_seconds
        y = data[part]
        error = (training.losses.double() / y.square().mean(1, keepdim=True)).sqrt()
        below = error < LEARNED
        outputs = ensemble.forward(OSCILLATORY.inputs(x, ensemble.members, device))[:, 0]
        constant = y.std(1, correction=0) / y.square().mean(1).sqrt()
        results.append(
            {
                "train_rel_l2": error[:, -1],
                "test_rel_l2": rel_l2(outputs.double().cpu(), truth),
                "steps_to_learn": torch.where(below.any(1), below.int().argmax(1) + 1.0, torch.inf),
                # A network that has diverged never learns, and NaN is not below the limit.
                "never_learns": ~(error[:, -1] < NEVER_LEARNS * constant),
                "diverged": training.diverged_at() >= 0,
            }
        )
        curves.append(error[:, steps - 1])
    joined = {name: torch.cat([part[name] for part in results]) for name in results[0]}
    return joined, steps, torch.cat(curves), seconds
