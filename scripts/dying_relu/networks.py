"""Task 2: how often narrow, deep ReLU networks are dead, at birth and after training."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.problems import Problem, rel_l2
from dlse.networks.streams import generator

GOOD = 0.05  # relative L2 error
# A function counts as collapsed when it varies by less than this share of the target.
COLLAPSED = 0.01


def train_networks(
    network: Perceptron,
    problem: Problem,
    seeds: Sequence[int],
    learning_rate: float,
    schedule: Schedule,
    device: str,
) -> tuple[dict[str, Tensor], Tensor, float]:
    """Train one network for each seed.

    Returns what became of each (`describe`, with "born_dead" from before training), the
    functions that they end with at the test points `[S, N]`, and the CPU seconds.
    """
    x, truth = problem.test()
    mean = problem.function(problem.x()).mean()
    born_dead = [
        ensemble.is_dead(problem.inputs(x, ensemble.members, device)).cpu()
        for _, ensemble in stacks(network, seeds, problem.points, device)
    ]
    members = [Member(seed, learning_rate) for seed in seeds]
    found, functions, seconds = [], [], 0.0
    for _, ensemble, training in train_stacks(
        network, members, problem, problem.x(), problem.data(seeds), schedule, device
    ):
        seconds += training.cpu_seconds
        exact, at = ensemble.double(), problem.inputs(x, ensemble.members, device).double()
        values, slopes = exact.forward(at)[:, 0].cpu(), exact.slopes(at)[:, 0].cpu()
        diverged = training.diverged_at() >= 0
        found.append({"diverged": diverged, **describe(x, values, slopes, truth, mean)})
        functions.append(values.float())
    joined = {name: torch.cat([stack[name] for stack in found]) for name in found[0]}
    return {"born_dead": torch.cat(born_dead), **joined}, torch.cat(functions), seconds


def describe(
    x: Tensor, values: Tensor, slopes: Tensor, truth: Tensor, mean: Tensor
) -> dict[str, Tensor]:
    """What became of functions with `values` and `slopes` `[S, N]` at `x [N]`.

    dead: the slope is exactly zero everywhere; collapsed: hardly varies (dead ones among
    them); one_sided: constant on one half of the interval only; good: relative L2 error
    under 5 %; offset: distance of the mean value from `mean`, the data's.
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


def count_born_dead(width: int, depth: int, networks: int, seed: int) -> np.ndarray:
    """How many of `networks` are dead at birth with 1 … `depth` hidden layers, `[depth]`.

    He's normal weights (any symmetric ones give the same flags up to the angle between the
    two rays), no biases, one input of both signs. Such a network is linear on each side of
    zero, so its values at −1 and 1 tell all; a side is off once all units of a layer are.
    """
    stream = generator(seed, f"birth {width}")
    values = torch.ones(networks, 1, 2, dtype=torch.float64)
    values[:, :, 1] = -1
    dead = np.zeros(depth, dtype=int)
    for layer in range(depth):
        ins = values.shape[1]
        shape = (len(values), width, ins)
        weights = torch.randn(shape, generator=stream, dtype=torch.float64) * math.sqrt(2 / ins)
        values = torch.relu_(weights @ values)
        values = values[(values > 0).any(1).any(1)]  # go on with those alive
        dead[layer] = networks - len(values)
    return dead


def birth_bounds(width: int, depth: int) -> tuple[float, float]:
    """Bounds of the probability that a network with `depth` hidden layers is born dead, for
    independent symmetric weights without atoms, no biases, one input of both signs.

    A ray (one side of zero) that is alive dies in a layer with probability r = 2^−width. Both
    die together with a probability q that depends on the angle between the two vectors of
    values; these are not negative, so 4^−width ≤ q ≤ 2^−width (the lower bound by positive
    association). In the first layer the rays never die together. With B the probability of
    being dead k layers later from both alive, and A from one alive,

        A_k = 1 − (1 − r)^k,   B_k = q + 2(r − q) A_{k−1} + (1 − 2r + q) B_{k−1}.

    ∂B_k/∂q = 1 − 2A_{k−1} + B_{k−1} ≥ 0, because each ray alone dies with probability A and
    both do with probability ≥ 2A − 1: so B is monotone in every layer's q, and the constant
    extremes of q give bounds. The upper one is that of Lu et al. 2020, Theorem 3.
    """
    r = 2.0**-width
    bounds = []
    for q in (r * r, r):
        both = 0.0
        for layers in range(1, depth):
            one = 1 - (1 - r) ** (layers - 1)
            both = q + 2 * (r - q) * one + (1 - 2 * r + q) * both
        one = 1 - (1 - r) ** (depth - 1)
        bounds.append(2 * r * one + (1 - 2 * r) * both)
    return bounds[0], bounds[1]
