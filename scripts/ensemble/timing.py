"""The cost of training a small network in an ensemble, and in a loop over networks."""

import time
from dataclasses import replace
from itertools import pairwise

import torch
from torch import nn

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.initializers import draw_parameters
from dlse.studies.dying_relu.runge import RUNGE

LEARNING_RATE = 0.003


def ensemble_seconds(network: Perceptron, members: int, points: int, steps: int) -> float:
    """CPU seconds per network in an ensemble, the drawing of the weights included."""
    before = time.process_time()
    problem = replace(RUNGE, points=points)
    group = [Member(seed, LEARNING_RATE) for seed in range(members)]
    for _ in train_stacks(
        network, group, problem, problem.x(), problem.data(range(members)), Schedule(steps), "cpu"
    ):
        pass
    return (time.process_time() - before) / members


def loop_seconds(network: Perceptron, members: int, points: int, steps: int, fused: bool) -> float:
    """CPU seconds per network if the same networks are trained one by one, with torch.nn.Sequential
    and torch.optim.Adam. fused: whether Adam uses its fused kernel instead of its default one."""
    problem = replace(RUNGE, points=points)
    before = time.process_time()
    x, y = problem.x().float()[:, None], problem.data([0]).float().T
    for seed in range(members):
        layers: list[nn.Module] = []
        drawn = draw_parameters(network.initialization, network.widths, [seed])
        for (ins, outs), (weight, bias) in zip(pairwise(network.widths), drawn, strict=True):
            linear = nn.Linear(ins, outs)
            linear.weight.data, linear.bias.data = weight[0].clone(), bias[0].clone()
            layers += [linear, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE, fused=fused)
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()
    return (time.process_time() - before) / members
