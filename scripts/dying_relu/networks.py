"""Task 2: how often narrow, deep ReLU networks are dead at birth and after training."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import ACTIVATIONS, Ensemble, Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.problems import Problem, rel_l2
from dlse.networks.streams import generator

GOOD = 0.05  # A network is good if its relative L² error is below this,
COLLAPSED = 0.01  # and collapsed if its standard deviation is below this share of the target's.


def train_networks(
    network: Perceptron,
    problem: Problem,
    seeds: Sequence[int],
    learning_rate: float,
    schedule: Schedule,
    device: str,
) -> tuple[dict[str, Tensor], Tensor, float]:
    """Train one network per seed.

    Returns what each was before training (see `describe_untrained`) and what became of it (see
    `describe`), their functions after training at the test points `[S, N]`, and the CPU seconds.
    """
    x, truth = problem.test()
    mean = problem.function(problem.x()).mean()
    members = [Member(seed, learning_rate) for seed in seeds]
    untrained, found, functions, seconds = [], [], [], 0.0

    def before(ensemble: Ensemble) -> None:
        inputs = problem.inputs(x, ensemble.members, device)
        untrained.append(describe_untrained(ensemble, inputs, truth))

    for _, ensemble, training in train_stacks(
        network, members, problem, problem.x(), problem.data(seeds), schedule, device, before
    ):
        seconds += training.cpu_seconds
        exact, at = ensemble.double(), problem.inputs(x, ensemble.members, device).double()
        values, slopes = exact.forward(at)[:, 0].cpu(), exact.slopes(at)[:, 0].cpu()
        diverged = training.diverged_at() >= 0
        found.append({"diverged": diverged, **describe(x, values, slopes, truth, mean)})
        functions.append(values.float())
    joined = {
        name: torch.cat([stack[name] for stack in stage])
        for stage in (untrained, found)
        for name in stage[0]
    }
    return joined, torch.cat(functions), seconds


def describe_untrained(ensemble: Ensemble, x: Tensor, truth: Tensor) -> dict[str, Tensor]:
    """What the members are before training, at the inputs x `[S, 1, N]`, each `[S]`.

    born_dead: the slope is exactly zero everywhere.
    first_square, last_square: the mean square of the values of the first and the last hidden layer.
    first_rel_l2: the relative L² error from `truth [N]`.
    """
    activate, _ = ACTIVATIONS[ensemble.activation]
    squares, values = [], x
    hidden = zip(ensemble.weights[:-1], ensemble.biases[:-1], strict=True)
    for layer, (weight, bias) in enumerate(hidden):
        activated = activate(torch.baddbmm(bias, weight, values))
        values = activated + values if ensemble.residual and layer > 0 else activated
        squares.append(values.square().mean((1, 2)).cpu())
    outputs = ensemble.forward(x)[:, 0].double().cpu()
    return {
        "born_dead": ensemble.is_dead(x).cpu(),
        "first_square": squares[0],
        "last_square": squares[-1],
        "first_rel_l2": rel_l2(outputs, truth),
    }


def describe(
    x: Tensor, values: Tensor, slopes: Tensor, truth: Tensor, mean: Tensor
) -> dict[str, Tensor]:
    """What became of functions with `values` and `slopes` `[S, N]` at `x [N]`, each `[S]`.

    dead: the slope is exactly zero everywhere.
    collapsed: the function hardly varies (see `COLLAPSED`); dead ones are included.
    one_sided: the function is constant on exactly one half of the interval.
    good: the relative L² error `rel_l2` from `truth` is below `GOOD`.
    offset: the distance of the function's mean from `mean`, that of the data.
    """
    off = slopes == 0
    left, right = off[:, x < 0].all(1), off[:, x > 0].all(1)
    error = rel_l2(values, truth)
    collapsed = values.std(1) < COLLAPSED * truth.std()
    return {
        "dead": left & right,
        "collapsed": collapsed,
        "one_sided": (left ^ right) & ~collapsed,
        "good": error < GOOD,
        "rel_l2": error,
        "offset": (values.mean(1) - mean).abs(),
    }


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
