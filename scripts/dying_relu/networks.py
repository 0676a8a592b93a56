"""Task 2: narrow, deep ReLU networks are trained, and told apart by what becomes of them."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlse.networks.ensemble import Ensemble, Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.problems import Problem
from dlse.studies.dying_relu.runge import describe


def train_networks(
    network: Perceptron,
    problem: Problem,
    seeds: Sequence[int],
    learning_rate: float,
    schedule: Schedule,
    device: str,
) -> tuple[dict[str, Tensor], Tensor, float]:
    """Train one network per seed.

    Returns whether each was dead before training (`born_dead`) and what became of it (see
    `describe`), their functions after training at the test points `[S, N]`, and the CPU seconds.
    """
    x, truth = problem.test()
    mean = problem.function(problem.x()).mean()
    members = [Member(seed, learning_rate) for seed in seeds]
    born_dead, found, functions, seconds = [], [], [], 0.0

    def before(ensemble: Ensemble) -> None:
        born_dead.append(ensemble.is_dead(problem.inputs(x, ensemble.members, device)).cpu())

    for _, ensemble, training in train_stacks(
        network, members, problem, problem.x(), problem.data(seeds), schedule, device, before
    ):
        seconds += training.cpu_seconds
        exact, at = ensemble.double(), problem.inputs(x, ensemble.members, device).double()
        values, slopes = exact.forward(at)[:, 0].cpu(), exact.slopes(at)[:, 0].cpu()
        diverged = training.diverged_at() >= 0
        found.append({"diverged": diverged, **describe(x, values, slopes, truth, mean)})
        functions.append(values.float())
    joined = {name: torch.cat([stack[name] for stack in found]) for name in found[0]}
    return {"born_dead": torch.cat(born_dead), **joined}, torch.cat(functions), seconds
