"""What follows the last layer of a generator."""

from collections.abc import Callable

import torch
from torch import Tensor


def fold(x: Tensor) -> Tensor:
    """The triangle wave of period 4 that is the identity on [−1, 1]: what leaves the cube is
    reflected at its faces."""
    return (torch.remainder(x - 1, 4) - 2).abs_() - 1


# By name: the function of the values of the last layer, and its derivative. With a linear output
# the support is learned. The others build the cube in.
OUTPUTS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "linear": (lambda x: x, torch.ones_like),
    "tanh": (torch.tanh, lambda x: 1 - x.tanh().square()),
    "fold": (fold, lambda x: (torch.remainder(x - 1, 4) - 2).sign()),
}
