"""Task 2: how often narrow, deep ReLU networks are dead before training, counted and by theory."""

import math

import numpy as np
import torch

from dlse.networks.streams import generator


def count_born_dead(
    width: int, depth: int, networks: int, seed: int, device: str = "cpu"
) -> np.ndarray:
    """How many of `networks` are dead at birth with 1 … `depth` hidden layers, `[depth]`.

    The networks have He's normal weights, no biases and one input of both signs. (Other symmetric
    weights give the same result up to the angle between the two rays.) Such a network is linear on
    each side of zero, so that its values at −1 and 1 determine it. A side is off once all units of
    a layer are off there.
    """
    stream = generator(seed, f"birth {width}")
    values = torch.ones(networks, 1, 2, dtype=torch.float64, device=device)
    values[:, :, 1] = -1
    dead = np.zeros(depth, dtype=int)
    for layer in range(depth):
        ins = values.shape[1]
        shape = (len(values), width, ins)
        weights = torch.randn(shape, generator=stream, dtype=torch.float64) * math.sqrt(2 / ins)
        values = torch.relu_(weights.to(device) @ values)
        values = values[(values > 0).any(1).any(1)]  # continue with those alive
        dead[layer] = networks - len(values)
    return dead


def birth_bounds(width: int, depth: int) -> tuple[float, float]:
    """Lower and upper bound of the probability that a network with `depth` hidden layers is born
    dead. Its weights are independent, alike in each layer, and symmetric without atoms; it has no
    biases and one input of both signs.

    Each side of zero is a ray, with a vector of values in each layer. One ray that is alive dies in
    a layer with probability r = 2^−width. Two rays that are alive, and not parallel, die together
    with probability q = p^width, where p is the probability that a unit is off for both. It depends
    on the angle, but as values are not negative, 1/4 ≤ p ≤ 1/2 (positive association), and
    r² ≤ q ≤ r. By symmetry p is also the probability that a unit is on for both. With probability
    width · q there is one such unit and all others are off for both; then the rays are parallel,
    and live and die like one. Let A_k be the probability that one ray is dead k layers later, and
    B_k the probability that two rays that are not parallel are both dead k layers later. Then

        A_k = 1 − (1 − r)^k,
        B_k = q + (2(r − q) + width · q) A_{k−1} + (1 − 2r − (width − 1) q) B_{k−1}.

    As B ≤ A, ∂B_k/∂q = 1 − A_{k−1} + (width − 1)(A_{k−1} − B_{k−1}) ≥ 0: B is monotone in the q of
    every layer, and the two constant extremes of q give the bounds. After the first layer, one ray
    is dead with probability 2r, and otherwise the two are perpendicular. The upper bound is 1 −
    (1 − r)^(depth − 1). Both are those of Lu et al. 2020, who give the lower one in closed form.
    """
    r = 2.0**-width
    bounds = []
    for q in (r * r, r):
        both = 0.0
        for layers in range(1, depth):
            one = 1 - (1 - r) ** (layers - 1)
            both = q + (2 * (r - q) + width * q) * one + (1 - 2 * r - (width - 1) * q) * both
        one = 1 - (1 - r) ** (depth - 1)
        bounds.append(2 * r * one + (1 - 2 * r) * both)
    return bounds[0], bounds[1]
