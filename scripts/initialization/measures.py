"""Task 4: what the errors are compared with, and what all trainings have in common."""

import torch

from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.problems import rel_l2

FIRST_STEPS = 100  # after which the speed at which learning begins is compared
NEVER_LEARNS = (
    0.9  # A network never learns if it ends above this share of the best constant's error.
)
# The rate rises over the first share WARMUP of the steps and falls to zero over the last share
# DECAY, so that the curves end flat. SGD has this momentum.
WARMUP, DECAY, MOMENTUM = 0.05, 0.5, 0.9


def family(initialization: str) -> str:
    """What "he_normal" and "he_uniform" have in common: "he", the variance of the weights."""
    return initialization.split("_")[0]


def reference_errors() -> dict[str, float]:
    """The relative L² test errors of three functions that show how much of the task is which part:
    the best constant; the best constant on each side of the jump; and the left half without an
    error, with zero on the right."""
    x, truth = OSCILLATORY.test()
    left = x < 0
    functions = {
        "constant": truth.mean().expand_as(truth),
        "two_constants": torch.where(left, truth[left].mean(), truth[~left].mean()),
        "left_half": torch.where(left, truth, 0.0),
    }
    return {name: float(rel_l2(values, truth)) for name, values in functions.items()}
