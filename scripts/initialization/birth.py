"""Task 4: the effect of the initialization on values and gradients before training."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.oscillatory import OSCILLATORY


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
