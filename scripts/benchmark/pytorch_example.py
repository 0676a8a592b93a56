"""The recipe of PyTorch's own MNIST example, to compare our CNN with: two convolutions with 32 and
64 channels, dropout, batches of 64, and Adadelta, whose learning rate of 1 falls by a factor of 0.7
after each epoch (github.com/pytorch/examples, mnist/main.py)."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dlse.networks.streams import generator
from dlse.networks.training import batches, initialized
from dlse.workflow.clock import Clock

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's pixels
BATCH_SIZE = 64


def build_example() -> nn.Sequential:
    """`[B, 1, 28, 28]` → `[B, 10]` logits."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(9216, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )


def train_example(
    images: Tensor, labels: Tensor, seed: int, epochs: int,
    watch: Callable[[int, float, nn.Module], bool],
) -> None:  # fmt: skip
    """Train on `images [N, 28, 28]` and `labels [N]`.

    watch: called while the clock is stopped, at step 20 and then at intervals of a tenth of the
        steps so far, with the step, the CPU seconds so far and the network. Training ends when it
        returns True.
    """
    images = ((images - MEAN) / DEVIATION)[:, None]
    model = initialized(build_example, seed).train()
    optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.7)
    order = generator(seed, "order")
    step, next_look = 0, 20
    clock = Clock()
    with torch.random.fork_rng():
        torch.manual_seed(generator(seed, "dropout").initial_seed())
        for _ in range(epochs):
            for batch in batches(len(images), BATCH_SIZE, order):
                optimizer.zero_grad()
                F.cross_entropy(model(images[batch]), labels[batch]).backward()
                optimizer.step()
                step += 1
                if step == next_look:
                    next_look = math.ceil(step * 1.1)
                    seconds = clock.seconds()
                    if clock.pause(lambda: watch(step, seconds, model)):  # noqa: B023
                        return
            schedule.step()


@torch.no_grad()
def example_accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The share of `images [N, 28, 28]` that the network classifies as their `labels [N]`."""
    model.eval()
    found = [model(((x - MEAN) / DEVIATION)[:, None]).argmax(1) for x in images.split(500)]
    model.train()
    return (torch.cat(found) == labels).double().mean().item()
