"""Classify pictures of digits with a trained CNN, as an example of how to use the networks.

.venv/bin/python scripts/classify_image.py my_digit.png
"""

import argparse
import sys

import torch
from torch import nn

from dlse import load_model
from dlse.studies.cnn.network import probabilities
from dlse.studies.cnn.own_image import as_digit, read_image
from dlse.workflow.errors import UserError


def main() -> None:
    """Print the three most probable classes of each image."""
    parser = argparse.ArgumentParser(description="Classify pictures of single digits.")
    parser.add_argument(
        "images", nargs="+", help="PNG or .npy array; dark on bright, or bright on dark"
    )
    parser.add_argument("--model", default="results/cnn/seed0/model.safetensors",
                        help="trained CNN (default: %(default)s)")  # fmt: skip
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    if not isinstance(model, nn.Sequential):
        raise UserError(f"{arguments.model} holds no classifier.")
    for path in arguments.images:
        digit = torch.from_numpy(as_digit(read_image(path)))
        best = probabilities(model, digit[None])[0].topk(3)
        pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ranking = ", ".join(f"{label} ({p:.1%})" for label, p in pairs)
        print(f"{path}: {ranking}")


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"Error: {error}")
