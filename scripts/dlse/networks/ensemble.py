"""Ensembles of small networks: many multilayer perceptrons as one tensor program.

The members share the architecture and nothing else. One vector holds the parameters of all S
members, and each layer is one batched product. The overhead of calling an operation is therefore
paid once for S networks. Values are stored as `[S, width, N]` with the points last, so that
additions and activations run along memory even if a layer has only 4 neurons. The backward pass
is written out; it needs no graph and no memory beyond its buffers.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from dlse.networks.initializers import draw_parameters

aten = torch.ops.aten

LEAK = 0.01  # slope of the leaky ReLU left of zero, as in torch.nn.LeakyReLU

# Forward: z ↦ a(z), in place. Backward: g ↦ g·a′(z), in place, computed from the output a(z).
ACTIVATIONS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]]] = {
    "relu": (
        torch.relu_,
        lambda g, a: aten.threshold_backward.grad_input(g, a, 0, grad_input=g),
    ),
    "leaky_relu": (
        lambda z: F.leaky_relu_(z, LEAK),
        lambda g, a: aten.leaky_relu_backward.grad_input(g, a, LEAK, True, grad_input=g),
    ),
    "elu": (
        F.elu_,
        lambda g, a: aten.elu_backward.grad_input(g, 1, 1, 1, True, a, grad_input=g),
    ),
    "tanh": (
        torch.tanh_,
        lambda g, a: aten.tanh_backward.grad_input(g, a, grad_input=g),
    ),
}


class HiddenUnits(Protocol):
    """Acts on the values of hidden layers, such as `dlse.networks.dropout.Dropout`."""

    def forward(self, layer: int, values: Tensor) -> None: ...

    def backward(self, layer: int, gradient: Tensor, values: Tensor) -> None: ...


class Ensemble:
    """S perceptrons with the layer widths `widths` (inputs, hidden …, outputs); all parameters
    are zero at first.

    activation: a name in `ACTIVATIONS`; it follows every layer except the last.
    residual: whether the values of each hidden layer are added to those of the next one. Raises
        `ValueError` if the hidden widths differ.

    `weights[l]` `[S, out, in]` and `biases[l]` `[S, out, 1]` are views of the vector
    `parameters`. `weight_gradients` and `bias_gradients` are views of the vector `gradient`.
    """

    def __init__(
        self,
        widths: Sequence[int],
        members: int,
        activation: str = "relu",
        residual: bool = False,
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        if residual and len(set(widths[1:-1])) > 1:
            raise ValueError(f"residual layers need equal widths, got {list(widths[1:-1])}")
        self.widths, self.members = tuple(widths), members
        self.activation, self.residual = activation, residual
        shapes = [
            *((members, outs, ins) for ins, outs in itertools.pairwise(widths)),
            *((members, outs, 1) for outs in widths[1:]),
        ]
        # Each tensor starts at a multiple of 32 numbers, the width of a vector loop.
        starts = [0, *itertools.accumulate(-(-math.prod(shape) // 32) * 32 for shape in shapes)]
        self.parameters = torch.zeros(starts[-1], dtype=dtype, device=device)
        self.gradient = torch.zeros_like(self.parameters)
        parameters, gradients = (
            [
                flat[start : start + math.prod(shape)].view(shape)
                for start, shape in zip(starts, shapes, strict=False)
            ]
            for flat in (self.parameters, self.gradient)
        )
        layers = len(widths) - 1
        self.weights, self.biases = parameters[:layers], parameters[layers:]
        self.weight_gradients, self.bias_gradients = gradients[:layers], gradients[layers:]
        self._points = -1  # for which the buffers below are allocated
        self._values: list[Tensor] = []  # of all layers, inputs first
        self._activated: list[Tensor] = []  # of all layers after the inputs, without residuals
        self._gradients: list[Tensor] = []  # of the loss with respect to the hidden layers' values

    def initialize(self, name: str, seeds: Sequence[int | str]) -> None:
        """Draw the parameters of each member from its own stream with the initializer `name`. They
        are the same on every device."""
        for layer, (weight, bias) in enumerate(draw_parameters(name, self.widths, seeds)):
            self.weights[layer].copy_(weight)
            self.biases[layer].copy_(bias[..., None])

    def forward(self, x: Tensor, dropout: HiddenUnits | None = None) -> Tensor:
        """The outputs `[S, outputs, N]` at `x` `[S, inputs, N]`, in a buffer that the next call
        overwrites. `dropout` acts on each hidden layer."""
        if x.shape[-1] != self._points:
            self._allocate(x.shape[-1])
        activate, _ = ACTIVATIONS[self.activation]
        self._values[0] = x
        for layer, out in enumerate(self._activated):
            torch.bmm(self.weights[layer], self._values[layer], out=out)
            out.add_(self.biases[layer])
            if out is self._activated[-1]:
                break
            activate(out)
            if dropout is not None:
                dropout.forward(layer, out)
            if self._is_residual(layer):
                torch.add(out, self._values[layer], out=self._values[layer + 1])
        return out

    def backward(self, output_gradient: Tensor, dropout: HiddenUnits | None = None) -> None:
        """Fill `gradient`, given the gradient of the loss with respect to the outputs of the last
        `forward`."""
        _, differentiate = ACTIVATIONS[self.activation]
        if not self._gradients:
            self._gradients = [torch.empty_like(out) for out in self._activated[:-1]]
        gradient, passed = output_gradient, None
        for layer in reversed(range(len(self.weights))):
            below = self._values[layer]
            torch.bmm(gradient, below.transpose(1, 2), out=self.weight_gradients[layer])
            torch.sum(gradient, 2, keepdim=True, out=self.bias_gradients[layer])
            if layer == 0:
                return
            lower = self._gradients[layer - 1]
            torch.bmm(self.weights[layer].transpose(1, 2), gradient, out=lower)
            if passed is not None:
                lower.add_(passed)
            passed = lower.clone() if self._is_residual(layer - 1) else None
            activated = self._activated[layer - 1]
            if dropout is not None:
                dropout.backward(layer - 1, lower, activated)
            gradient = differentiate(lower, activated)

    def slopes(self, x: Tensor) -> Tensor:
        """The derivative `[S, outputs, N]` with respect to the single input, at `x` `[S, 1, N]`.

        It is exactly zero where a whole layer is off, so that a dead ReLU network is recognized
        without a tolerance.
        """
        self.forward(x)
        _, differentiate = ACTIVATIONS[self.activation]
        slope = torch.ones_like(x)
        for layer, activated in enumerate(self._activated):
            below, slope = slope, self.weights[layer] @ slope
            if activated is not self._activated[-1]:
                differentiate(slope, activated)
            if self._is_residual(layer):
                slope += below
        return slope

    def is_dead(self, x: Tensor) -> Tensor:
        """Which members are constant, `[S]`: in float64, their slope is exactly zero at every
        point of x `[S, 1, N]`."""
        return (self.double().slopes(x.double()) == 0).all((1, 2))

    def double(self) -> "Ensemble":
        """A copy in float64."""
        other = Ensemble(
            self.widths, self.members, self.activation, self.residual,
            torch.float64, self.parameters.device,
        )  # fmt: skip
        other.parameters.copy_(self.parameters)
        return other

    def _is_residual(self, layer: int) -> bool:
        return self.residual and 0 < layer < len(self.weights) - 1

    def _allocate(self, points: int) -> None:
        def empty(width: int) -> Tensor:
            return self.parameters.new_empty(self.members, width, points)

        self._points = points
        self._activated = [empty(width) for width in self.widths[1:]]
        self._gradients = []  # until they are needed
        self._values = [empty(0)] + [
            empty(out.shape[1]) if self._is_residual(layer) else out
            for layer, out in enumerate(self._activated)
        ]


@dataclass(frozen=True)
class Perceptron:
    """The architecture and the initializer of a network with one input and one output."""

    width: int  # of each hidden layer
    depth: int  # number of hidden layers
    initialization: str = "he_normal"
    activation: str = "relu"
    residual: bool = False

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of all layers, inputs and outputs included."""
        return (1, *[self.width] * self.depth, 1)


# The most values that a stack holds; more would not fit into the cache of a CPU core.
STACK_VALUES = 2**20
# The most members of a stack on a GPU.
STACK_MEMBERS = 2**13


def stacks(
    network: Perceptron,
    seeds: Sequence[int | str],
    points: int,
    device: str,
) -> Iterator[tuple[slice, Ensemble]]:
    """Initialized ensembles of `network`, each for a part of the `seeds`, which is given with it
    as a slice. The size of the stacks changes the time, not the members.

    points: the number of points at which the values are computed together.
    """
    most = STACK_MEMBERS
    if device == "cpu":
        most = STACK_VALUES // (sum(network.widths) * points)
    # About equal in size: PyTorch would multiply a stack of one member with another routine.
    parts = max(1, round(len(seeds) / max(2, most)))
    starts = [len(seeds) * part // parts for part in range(parts + 1)]
    for start, end in itertools.pairwise(starts):
        ensemble = Ensemble(
            network.widths, end - start, network.activation, network.residual, device=device
        )
        ensemble.initialize(network.initialization, seeds[start:end])
        yield slice(start, end), ensemble
