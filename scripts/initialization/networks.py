"""Task 4: what the initialization does to deep ReLU networks, at birth and in training."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import rel_l2

LEARNED = 0.1  # relative L2 training error
# A network never learns when it ends with more than this share of the error that the best
# constant has.
NEVER_LEARNS = 0.9
CURVE_POINTS = 40


def second_moments(network: Perceptron, seeds: Sequence[int]) -> Tensor:
    """The mean square of each hidden layer's values before activation, over neurons and
    training points, `[S, depth]`, without training.

    In expectation it is kept from layer to layer by He's variance 2/in, because a ReLU
    passes half of the second moment of a symmetric value (He et al. 2015), and halved by
    Xavier's 1/in of equal widths (Glorot & Bengio 2010), which is made for tanh.
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
    """The norm of the loss's gradient by the weights of each layer that ends in a ReLU,
    `[S, depth]`, before training; and which networks are born dead, `[S]`.

    In the mean square, the gradient of one layer has lost by backward passes what the values
    of another have lost by forward ones: over the layers of one network it is level, and from
    depth to depth it is kept by He's variance and halved by Xavier's at each layer more.
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
    """Train one network for each seed.

    Returns its results by name (`[S]`; "steps_to_learn" is infinite where 10 % training
    error is not reached), the steps of the curves `[K]`, the relative L2 training error at
    these `[S, K]`, and the CPU seconds.
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
                # A network that diverged has not learned either: NaN is not below.
                "never_learns": ~(error[:, -1] < NEVER_LEARNS * constant),
                "diverged": training.diverged_at() >= 0,
            }
        )
        curves.append(error[:, steps - 1])
    joined = {name: torch.cat([part[name] for part in results]) for name in results[0]}
    return joined, steps, torch.cat(curves), seconds
