"""Task 4: networks of several initializations learn the oscillatory function together."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlse.networks.ensemble import Ensemble
from dlse.networks.ensemble_training import Member, Schedule, train_ensemble
from dlse.networks.initializers import draw_parameters
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import rel_l2
from dlse.studies.initialization.measures import (
    DECAY,
    FIRST_STEPS,
    MOMENTUM,
    NEVER_LEARNS,
    WARMUP,
)

CURVE_POINTS = 60  # at which the training error is recorded, at most


def schedule(optimizer: str, steps: int) -> Schedule:
    """The same for all initializations. All points are in every step. Gradients are not clipped."""
    return Schedule(steps, optimizer, momentum=MOMENTUM, warmup=WARMUP, decay=DECAY)


def initialized(
    width: int, depth: int, initializations: Sequence[str], seeds: Sequence[int], device: str
) -> Ensemble:
    """One network of `depth` hidden layers per entry of `initializations` and `seeds`, which have
    the same length."""
    ensemble = Ensemble((1, *[width] * depth, 1), len(seeds), device=device)
    for name in dict.fromkeys(initializations):
        own = [index for index, of in enumerate(initializations) if of == name]
        drawn = draw_parameters(name, ensemble.widths, [seeds[index] for index in own])
        for layer, (weights, biases) in enumerate(drawn):
            ensemble.weights[layer][own] = weights.to(device)
            ensemble.biases[layer][own] = biases[..., None].to(device)
    return ensemble


def train_networks(
    width: int, depth: int, initializations: Sequence[str], members: Sequence[Member],
    schedule: Schedule, device: str,
) -> tuple[dict[str, Tensor], Tensor, Tensor, float]:  # fmt: skip
    """Train one network per entry of `initializations` and `members`, all as one ensemble.

    Returns the results by name, each `[S]`, the steps of the curves `[K]`, the relative L² training
    error at these steps `[S, K]`, and the CPU seconds. The error of a network that has diverged is
    infinite.
    """
    seeds = [member.seed for member in members]
    ensemble = initialized(width, depth, initializations, seeds, device)
    y = OSCILLATORY.data(seeds)
    training = train_ensemble(
        ensemble, members, OSCILLATORY.inputs(OSCILLATORY.x(), len(seeds), device),
        y.float()[:, None].contiguous().to(device), schedule,
    )  # fmt: skip
    x, truth = OSCILLATORY.test()
    outputs = ensemble.forward(OSCILLATORY.inputs(x, len(seeds), device))[:, 0]
    size = y.square().mean(1, keepdim=True)
    error = (training.losses.double() / size).sqrt().nan_to_num(nan=torch.inf)
    constant = y.std(1, correction=0) / size[:, 0].sqrt()
    results = {
        "first_rel_l2": error[:, min(FIRST_STEPS, schedule.steps) - 1],
        "train_rel_l2": error[:, -1],
        "test_rel_l2": rel_l2(outputs.double().cpu(), truth),
        "never_learns": error[:, -1] >= NEVER_LEARNS * constant,
    }
    steps = torch.from_numpy(np.geomspace(1, schedule.steps, CURVE_POINTS).round()).long().unique()
    return results, steps, error[:, steps - 1], training.cpu_seconds
