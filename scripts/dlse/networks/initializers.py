"""Named ways to draw the initial weights of a perceptron.

Each takes the number of outputs and of inputs of one layer, its place (0 is the first) and a
stream of random numbers. Each returns the weights `[out, in]` and the biases `[out]`.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

Initializer = Callable[[int, int, int, torch.Generator], tuple[Tensor, Tensor]]


def _zero_bias(draw: Callable) -> Initializer:
    def initializer(outs: int, ins: int, layer: int, stream: torch.Generator):
        return draw(torch.empty(outs, ins), generator=stream), torch.zeros(outs)

    return initializer


def _pytorch(outs: int, ins: int, layer: int, stream: torch.Generator):
    """The default of torch.nn.Linear: weights and biases are uniform in ± 1/√in."""
    limit = 1 / math.sqrt(ins)
    return (
        torch.empty(outs, ins).uniform_(-limit, limit, generator=stream),
        torch.empty(outs).uniform_(-limit, limit, generator=stream),
    )


def _asymmetric(outs: int, ins: int, layer: int, stream: torch.Generator):
    """Randomized asymmetric initialization (Lu, Shin, Su, Karniadakis 2020, Commun. Comput.
    Phys. 28): the weights and the bias of each neuron are normal with σ = 0.6007/√in, except for
    one of them, chosen at random, which is drawn from Beta(2, 1) and thus positive. The first
    layer, whose inputs have both signs, is He's."""
    if layer == 0:
        return HE_NORMAL(outs, ins, layer, stream)
    both = torch.empty(outs, ins + 1).normal_(0, 0.6007 / math.sqrt(ins), generator=stream)
    chosen = torch.randint(ins + 1, (outs, 1), generator=stream)
    both.scatter_(1, chosen, torch.rand(outs, 1, generator=stream).sqrt())  # √U is Beta(2, 1)
    return both[:, :-1], both[:, -1]


def _spread_kinks(outs: int, ins: int, layer: int, stream: torch.Generator):
    """He's initialization, except for the first layer of a network with one input: its slopes
    are ± √2 and its kinks are uniform in [−1.1, 1.1], so that they cover all of [−1, 1]."""
    if layer > 0:
        return HE_NORMAL(outs, ins, layer, stream)
    weight = math.sqrt(2) * (2.0 * torch.randint(2, (outs, ins), generator=stream) - 1)
    kinks = torch.empty(outs).uniform_(-1.1, 1.1, generator=stream)
    return weight, -weight[:, 0] * kinks


HE_NORMAL = _zero_bias(lambda w, generator: nn.init.kaiming_normal_(w, generator=generator))

INITIALIZERS: dict[str, Initializer] = {
    "xavier_normal": _zero_bias(nn.init.xavier_normal_),  # variance 2/(in + out)
    "xavier_uniform": _zero_bias(nn.init.xavier_uniform_),
    "he_normal": HE_NORMAL,  # variance 2/in
    "he_uniform": _zero_bias(lambda w, generator: nn.init.kaiming_uniform_(w, generator=generator)),
    "pytorch": _pytorch,
    "asymmetric": _asymmetric,
    "spread_kinks": _spread_kinks,
}


def draw_parameters(
    name: str, widths: Sequence[int], stream: torch.Generator
) -> list[tuple[Tensor, Tensor]]:
    """The weights `[out, in]` and biases `[out]` of every layer of a perceptron with the layer
    `widths`."""
    draw = INITIALIZERS[name]
    return [
        draw(outs, ins, layer, stream)
        for layer, (ins, outs) in enumerate(itertools.pairwise(widths))
    ]
