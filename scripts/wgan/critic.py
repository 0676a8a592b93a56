"""The critic of a WGAN-GP, with the exact gradient of its whole loss in closed form.

A perceptron of ReLUs is h_l = m_l ⊙ (W_l h_{l−1} + b_l), D(x) = w h_L + b, with masks m_l of
ones and zeros that are constant almost everywhere. Its gradient with respect to the input is a
chain of products from the top: v_L = m_L ⊙ wᵀ, v_l = m_l ⊙ W_{l+1}ᵀ v_{l+1}, g = W_1ᵀ v_1.

A critic's loss is Σ c D(x) over true and generated points, plus P(g) over points between them.
With the masks held fixed, D is linear in (x, 1). Both terms then follow from one chain upward, of
directions that start as u_0 = c x, e = c at the former points and as u_0 = ∂P/∂g, e = 0 at the
latter:

    u_l = m_l ⊙ (W_l u_{l−1} + b_l e),
    ∂/∂W_l = Σ v_l u_{l−1}ᵀ,   ∂/∂b_l = Σ v_l e,   ∂/∂w = Σ u_Lᵀ.

At the top, A = Σ m_L u_{L−1}ᵀ and a = Σ m_L e give the remaining gradients: w ⊙ A, w ⊙ a and the
row sums of W_L ⊙ A + b_L a. The values of the top layer are never formed, only its mask. There is
no graph and no second backward pass, and little memory is touched.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlse.networks.ensemble import Ensemble


class Loss(NamedTuple):
    """The parts of the loss of S critics, weight · penalty − gap."""

    gap: Tensor  # [S], mean value at true points minus that at generated points
    penalty: Tensor  # [S], mean (‖∂D/∂x‖ − 1)²


class Critic:
    """S ReLU perceptrons of the layer `widths` (data, hidden …, 1), as the ensemble `network`."""

    def __init__(
        self,
        widths: tuple[int, ...],
        members: int,
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        self.network = Ensemble(widths, members, "relu", dtype=dtype, device=device)
        # m_l, in memory that serves any number of points up to the largest so far.
        self._masks = [self.network.parameters.new_empty(0) for _ in widths[1:-1]]

    def input_gradient(self, x: Tensor) -> Tensor:
        """The gradient ∂D/∂x `[S, d, N]` at `x` `[S, d, N]`."""
        masks = self._switch(x)
        return self._slopes(masks, 0)[0]

    def fill_gradient(self, x: Tensor, weight: float, one_sided: bool) -> Loss:
        """Fill the network's `gradient` with that of weight · penalty − gap.

        x: `[S, d, 3 N]`: N true points, N generated points, and N points between them, at which
            the penalty is taken.
        one_sided: only norms above 1 are penalized (Petzka, Fischer, Lukovnikov 2018), otherwise
            norms on both sides of 1 (Gulrajani et al. 2017).
        """
        network = self.network
        points = x.shape[-1] // 3
        both, between = slice(2 * points), slice(2 * points, None)
        masks = self._switch(x)
        slope, *slopes = self._slopes(masks, 2 * points)
        norm = slope.square().sum(1, keepdim=True).sqrt_()
        excess = (norm - 1).clamp_min_(0) if one_sided else norm - 1
        penalty = excess.square().mean((1, 2))
        constant = x.new_zeros(network.members, 1, 3 * points)  # e
        constant[..., :points] = -1 / points
        constant[..., points : 2 * points] = 1 / points
        direction = x * constant
        # Where the norm is zero, so is the gradient, and its direction does not matter.
        excess.div_(norm.clamp_min_(1e-30)).mul_(2 * weight / points)
        torch.mul(slope, excess, out=direction[..., between])
        for layer, slope in enumerate(slopes):
            gradient = torch.bmm(slope, torch.cat((direction, constant), 1).transpose(1, 2))
            network.weight_gradients[layer].copy_(gradient[..., :-1])
            network.bias_gradients[layer].copy_(gradient[..., -1:])
            direction = torch.bmm(network.weights[layer], direction)
            direction.addcmul_(network.biases[layer], constant).mul_(masks[layer])
        direction = torch.cat((direction, constant), 1).transpose(1, 2)
        top = torch.cat((network.weights[-2], network.biases[-2]), 2)
        output = network.weights[-1].transpose(1, 2)
        passed = torch.bmm(masks[-1][..., both], direction[:, both])  # A and a
        gap = -(output * passed * top).sum((1, 2))
        torch.baddbmm(passed, masks[-1][..., between], direction[:, between], out=passed)
        torch.sum(passed * top, 2, out=network.weight_gradients[-1][:, 0])
        passed.mul_(output)
        network.weight_gradients[-2].copy_(passed[..., :-1])
        network.bias_gradients[-2].copy_(passed[..., -1:])
        network.bias_gradients[-1].zero_()  # it cancels in the gap
        return Loss(gap, penalty)

    def _switch(self, x: Tensor) -> list[Tensor]:
        """The masks m_l `[S, width, N]` at `x`, in buffers that the next call overwrites."""
        network, below, masks = self.network, x, []
        for layer, width in enumerate(network.widths[1:-1]):
            size = network.members * width * x.shape[-1]
            if len(self._masks[layer]) < size:
                self._masks[layer] = x.new_empty(size)
            mask = self._masks[layer][:size].view(network.members, width, -1)
            torch.bmm(network.weights[layer], below, out=mask)
            if layer < len(self._masks) - 1:
                below = (mask + network.biases[layer]).relu_()
            masks.append(mask.gt_(-network.biases[layer]))
        return masks

    def _slopes(self, masks: list[Tensor], first: int) -> list[Tensor]:
        """g at the points from the `first` on, then v_l of each hidden layer but the top one."""
        weights = self.network.weights
        slopes = [masks[-1]]
        matrix = weights[-2] * weights[-1].transpose(1, 2)
        for layer in reversed(range(1, len(masks))):
            slope = torch.bmm(matrix.transpose(1, 2), slopes[0])
            slopes.insert(0, slope.mul_(masks[layer - 1]))
            matrix = weights[layer - 1]
        return [torch.bmm(matrix.transpose(1, 2), slopes[0][..., first:]), *slopes[:-1]]
