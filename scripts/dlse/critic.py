"""The critic of a WGAN-GP, with the exact gradient of its gradient penalty in closed form.

For a perceptron h_l = a(W_l h_{l−1} + b_l), D(x) = w h_L + b, the gradient by the input is a chain
of products, from the top: v_L = a'_L ⊙ wᵀ, v_l = a'_l ⊙ W_{l+1}ᵀ v_{l+1}, g = W_1ᵀ v_1. Where a is
piecewise linear, a' is constant almost everywhere: g depends on the weights alone, not on the
biases. A loss P(g) with t_0 = ∂P/∂g then has

    ∂P/∂W_l = v_l t_{l−1}ᵀ,   t_l = a'_l ⊙ W_l t_{l−1},   ∂P/∂w = Σ t_Lᵀ,

that is, one more forward pass, of the direction t_0: no graph, and no second backward pass.
"""

import torch
from torch import Tensor

from dlse.ensemble import ACTIVATIONS, Ensemble

PIECEWISE_LINEAR = ("relu", "leaky_relu")


class Critic(Ensemble):
    """S critics of the layer widths `widths` (data, hidden …, 1), with a piecewise linear
    `activation`."""

    def __init__(
        self,
        widths: tuple[int, ...],
        members: int,
        activation: str = "relu",
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        if activation not in PIECEWISE_LINEAR or widths[-1] != 1:
            raise ValueError(f"no critic: {activation} and {widths[-1]} outputs")
        super().__init__(widths, members, activation, dtype=dtype, device=device)
        self._slope_points = -1  # that the buffers below are made for
        self._hidden: list[Tensor] = []  # h_l
        self._slopes: list[Tensor] = []  # v_l
        self._tangents: list[Tensor] = []  # t_l

    def input_gradient(self, x: Tensor) -> Tensor:
        """∂D/∂x `[S, d, N]` at `x` `[S, d, N]`."""
        activate, differentiate = ACTIVATIONS[self.activation]
        if x.shape[-1] != self._slope_points:
            self._allocate_slopes(x.shape[-1])
        below = x
        for weight, bias, hidden in zip(self.weights, self.biases, self._hidden, strict=False):
            activate(torch.bmm(weight, below, out=hidden).add_(bias))
            below = hidden
        slope = self._slopes[-1].copy_(self.weights[-1].transpose(1, 2).expand_as(self._hidden[-1]))
        differentiate(slope, self._hidden[-1])
        for layer in reversed(range(len(self._slopes) - 1)):
            above, slope = slope, self._slopes[layer]
            torch.bmm(self.weights[layer + 1].transpose(1, 2), above, out=slope)
            differentiate(slope, self._hidden[layer])
        return torch.bmm(self.weights[0].transpose(1, 2), slope)

    def add_penalty_gradient(self, x: Tensor, weight: float, one_sided: bool) -> Tensor:
        """Add the gradient of weight · mean (‖∂D/∂x‖ − 1)² over the points `x` `[S, d, N]` to
        `gradient`; return the penalty `[S]` without the weight.

        one_sided: only norms over 1 count (Petzka, Fischer, Lukovnikov 2018); else both sides,
        as Gulrajani et al. (2017) have it.
        """
        _, differentiate = ACTIVATIONS[self.activation]
        gradient = self.input_gradient(x)
        norm = gradient.square().sum(1, keepdim=True).sqrt_()
        excess = (norm - 1).clamp_min_(0) if one_sided else norm - 1
        penalty = excess.square().mean((1, 2))
        points = x.shape[-1]
        # Where the norm is zero so is the gradient: its direction does not matter.
        tangent = gradient.mul_(excess.div_(norm.clamp_min_(1e-30)).mul_(2 * weight / points))
        for layer, (hidden, slope) in enumerate(zip(self._hidden, self._slopes, strict=True)):
            total = self.weight_gradients[layer]
            torch.baddbmm(total, slope, tangent.transpose(1, 2), out=total)
            torch.bmm(self.weights[layer], tangent, out=self._tangents[layer])
            tangent = self._tangents[layer]
            differentiate(tangent, hidden)
        self.weight_gradients[-1].add_(tangent.sum(2).unsqueeze(1))
        return penalty

    def _allocate_slopes(self, points: int) -> None:
        self._slope_points = points
        self._hidden, self._slopes, self._tangents = (
            [self.parameters.new_empty(self.members, width, points) for width in self.widths[1:-1]]
            for _ in range(3)
        )
