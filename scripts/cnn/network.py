"""The convolutional network of task 1, its training and its evaluation."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dlse.images.augmentation import random_affine
from dlse.networks.streams import generator
from dlse.networks.training import autocast, device_of, fit, initialized
from dlse.networks.weights import Weights

CLASSES = 10


@dataclass(frozen=True)
class Settings:
    """Hyper-parameters of one network and its training."""

    width: int  # channels of the first convolution; doubled after each pooling
    learning_rate: float  # the peak of the one-cycle schedule
    weight_decay: float
    augmentation: float  # strength of the random affine maps; 0 is none
    label_smoothing: float
    batch_size: int
    epochs: int
    margin: int = 0  # pixels that the network cuts off at each side of an image
    averaging: float = 0.0  # see `fit`


def build_cnn(width: int, margin: int = 0) -> nn.Sequential:
    """Five 3 × 3 convolutions in three stages, `[B, 1, 28, 28]` → `[B, 10]` logits.

    The first layer cuts off `margin` pixels at each side: MNIST's digits fill the inner 20 × 20
    pixels, and what the rim costs grows with its area.

    Pooling precedes normalization and rectifier. Both are monotone per channel where the scale is
    positive, so the function is the same up to the batch statistics. They then touch a quarter of
    the values; on a CPU these element-wise passes cost more than the products.
    """
    w = width
    return nn.Sequential(
        nn.ZeroPad2d(-margin),  # [B, 1, side, side], side = 28 − 2 margin
        nn.Conv2d(1, w, 3, padding=1),  # [B, w, side, side]
        nn.ReLU(inplace=True),
        *_convolution(w, 2 * w, pool=True),  # [B, 2w, side/2, side/2]
        *_convolution(2 * w, 2 * w),
        *_convolution(2 * w, 4 * w, pool=True),  # [B, 4w, side/4, side/4]
        *_convolution(4 * w, 4 * w),
        nn.AdaptiveMaxPool2d(1),  # [B, 4w, 1, 1]
        nn.Flatten(),
        nn.Linear(4 * w, CLASSES),
    ).to(memory_format=torch.channels_last)


def restore_cnn(weights: Weights) -> nn.Sequential:
    """The trained network, ready to evaluate."""
    model = build_cnn(weights.settings["width"], weights.settings["margin"])
    model.load_state_dict(weights.state)
    return model.eval()


def train_cnn(
    settings: Settings,
    seed: int,
    images: Tensor,
    labels: Tensor,
    watched: dict[str, tuple[Tensor, Tensor]],
    dtype: torch.dtype,
    device: str = "cpu",
    constant_rate: bool = False,
) -> tuple[nn.Module, list[dict], float]:
    """Train one network on `device`, on `images [N, 28, 28]` and `labels [N]`.

    watched: sets on which accuracy and loss are recorded after each epoch, in the precision of
        the training. They choose nothing.
    constant_rate: whether the learning rate stays at its peak, without a schedule.

    Returns the network of the last epoch, on `device`, one record per epoch (step, cpu_seconds, and
    `{name}_accuracy` and `{name}_loss` of each watched set) and the FLOPs of the training.
    """
    images, labels = images[:, None].to(device), labels.to(device)
    model = initialized(lambda: build_cnn(settings.width, settings.margin), seed).to(device)
    maps = generator(seed, "augmentation")

    def loss(batch: Tensor) -> Tensor:
        x = random_affine(images[batch], settings.augmentation, maps)
        with autocast(dtype, x.device):
            output = model(x.to(memory_format=torch.channels_last)).float()
        return F.cross_entropy(output, labels[batch], label_smoothing=settings.label_smoothing)

    def watch() -> dict[str, float]:
        values = {}
        for name, (x, y) in watched.items():
            values[f"{name}_accuracy"], values[f"{name}_loss"] = evaluate_cnn(model, x, y, dtype)
        return values

    records, flops = fit(
        model,
        loss,
        len(images),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        seed=seed,
        watch=watch,
        constant_rate=constant_rate,
        averaging=settings.averaging,
    )
    return model, records, flops


@torch.no_grad()
def probabilities(model: nn.Module, images: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Class probabilities `[N, 10]` of `images [N, 28, 28]`, on the CPU; computed where the model
    is."""
    was_training, device = model.training, device_of(model)
    model.eval()
    with autocast(dtype, device):
        of_batches = [
            model(batch[:, None].to(device, memory_format=torch.channels_last)).float()
            for batch in images.split(500)
        ]
    model.train(was_training)
    return torch.cat(of_batches).cpu().softmax(1)


def evaluate_cnn(
    model: nn.Module, images: Tensor, labels: Tensor, dtype: torch.dtype = torch.float32
) -> tuple[float, float]:
    """Accuracy (a fraction) and mean cross-entropy (nat) on `images [N, 28, 28]`."""
    return accuracy_and_loss(probabilities(model, images, dtype), labels)


def accuracy_and_loss(p: Tensor, labels: Tensor) -> tuple[float, float]:
    """Accuracy and mean cross-entropy (nat) of the class probabilities `p [N, 10]`."""
    accuracy = (p.argmax(1) == labels).double().mean().item()
    # The floor keeps a single confident mistake from making the mean infinite.
    loss = -p.gather(1, labels[:, None]).clamp_min(math.exp(-50)).log().double().mean().item()
    return accuracy, loss


def _convolution(inputs: int, outputs: int, pool: bool = False) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        *([nn.MaxPool2d(2)] if pool else []),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]
