"""Named ways to draw the initial weights of a perceptron.

Each fills the weights `[out, in]` and the biases `[out]` of one layer, which are zero, from a
stream of random numbers. It is told the place of the layer; 0 is the first.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlse.networks.streams import stream_seed

Initializer = Callable[[Tensor, Tensor, int, torch.Generator], object]


def _he(outs: int, ins: int) -> float:
    """The standard deviation of a weight whose variance is 2/in."""
    return math.sqrt(2) / math.sqrt(ins)


def _xavier(outs: int, ins: int) -> float:
    """The standard deviation of a weight whose variance is 2/(in + out)."""
    return math.sqrt(2 / (ins + outs))


def _normal(deviation: Callable[[int, int], float]) -> Initializer:
    def fill(weight: Tensor, bias: Tensor, layer: int, stream: torch.Generator):
        weight.normal_(0, deviation(*weight.shape), generator=stream)

    return fill


def _uniform(deviation: Callable[[int, int], float]) -> Initializer:
    def fill(weight: Tensor, bias: Tensor, layer: int, stream: torch.Generator):
        limit = math.sqrt(3) * deviation(*weight.shape)
        weight.uniform_(-limit, limit, generator=stream)

    return fill


def _pytorch(weight: Tensor, bias: Tensor, layer: int, stream: torch.Generator):
    """The default of torch.nn.Linear: weights and biases are uniform in ± 1/√in."""
    limit = 1 / math.sqrt(weight.shape[1])
    weight.uniform_(-limit, limit, generator=stream)
    bias.uniform_(-limit, limit, generator=stream)


def _asymmetric(weight: Tensor, bias: Tensor, layer: int, stream: torch.Generator):
    """Randomized asymmetric initialization (Lu, Shin, Su, Karniadakis 2020, Commun. Comput.
    Phys. 28): the weights and the bias of each neuron are normal with σ = 0.6007/√in, except for
    one of them, chosen at random, which is drawn from Beta(2, 1) and thus positive. The first
    layer, whose inputs have both signs, is He's."""
    if layer == 0:
        HE_NORMAL(weight, bias, layer, stream)
        return
    outs, ins = weight.shape
    both = torch.empty(outs, ins + 1).normal_(0, 0.6007 / math.sqrt(ins), generator=stream)
    chosen = torch.randint(ins + 1, (outs, 1), generator=stream)
    both.scatter_(1, chosen, torch.rand(outs, 1, generator=stream).sqrt())  # √U is Beta(2, 1)
    weight.copy_(both[:, :-1])
    bias.copy_(both[:, -1])


def _spread_kinks(weight: Tensor, bias: Tensor, layer: int, stream: torch.Generator):
    """He's initialization, except for the first layer of a network with one input: its slopes
    are ± √2 and its kinks are uniform in [−1.1, 1.1], so that they cover all of [−1, 1]."""
    if layer > 0:
        HE_NORMAL(weight, bias, layer, stream)
        return
    signs = 2.0 * torch.randint(2, weight.shape, generator=stream) - 1
    weight.copy_(math.sqrt(2) * signs)
    kinks = torch.empty(len(bias)).uniform_(-1.1, 1.1, generator=stream)
    bias.copy_(-weight[:, 0] * kinks)


HE_NORMAL = _normal(_he)

INITIALIZERS: dict[str, Initializer] = {
    "xavier_normal": _normal(_xavier),
    "xavier_uniform": _uniform(_xavier),
    "he_normal": HE_NORMAL,
    "he_uniform": _uniform(_he),
    "pytorch": _pytorch,
    "asymmetric": _asymmetric,
    "spread_kinks": _spread_kinks,
}


def draw_parameters(
    name: str, widths: Sequence[int], seeds: Sequence[int | str]
) -> list[tuple[Tensor, Tensor]]:
    """The weights `[S, out, in]` and the biases `[S, out]` of every layer of S perceptrons with the
    layer `widths`, on the CPU. Each perceptron has its own stream."""
    shapes = [(outs, ins) for ins, outs in itertools.pairwise(widths)]
    sizes = [size for outs, ins in shapes for size in (outs * ins, outs)]
    # The members are drawn into the same memory, one by one: views for each take longer to make
    # than its numbers.
    one = torch.zeros(sum(sizes))
    all_ = torch.empty(len(seeds), len(one))
    flat = one.split(sizes)
    layers = [
        (weight.view(shape), bias)
        for shape, weight, bias in zip(shapes, flat[::2], flat[1::2], strict=True)
    ]
    fill, stream = INITIALIZERS[name], torch.Generator()
    for member, seed in enumerate(seeds):
        stream.manual_seed(stream_seed(seed, "weights"))
        for layer, (weight, bias) in enumerate(layers):
            fill(weight, bias, layer, stream)
        all_[member] = one
    blocks = all_.split(sizes, 1)
    return [
        (weight.unflatten(1, shape), bias)
        for shape, weight, bias in zip(shapes, blocks[::2], blocks[1::2], strict=True)
    ]
