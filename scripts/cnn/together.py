"""What more than one look gives: the shifts of an image, and several networks."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dlse.studies.cnn.network import logits

# By how many rows down and columns to the right.
LOOKS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))


def shifted(images: Tensor, down: int, right: int) -> Tensor:
    """`images [N, H, W]`, each moved by so many pixels. What enters is zero."""
    return F.pad(images, (right, -right, down, -down))  # negative padding cuts off


def shifted_probabilities(model: nn.Module, images: Tensor) -> Tensor:
    """Class probabilities `[N, 10]` from the mean log-probability over each of `images [N, 28, 28]`
    and its four shifts by one pixel."""
    # Logits are log-probabilities but for a constant, which the softmax takes out.
    return torch.stack([logits(model, shifted(images, *by)) for by in LOOKS]).mean(0).softmax(1)
