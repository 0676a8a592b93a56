"""The initializations of `dlse.networks.initializers` and what readers know them as; without torch,
for a dry run."""

from typing import Literal

INITIALIZATION_NAMES = {
    "xavier_normal": "Xavier normal",
    "xavier_uniform": "Xavier uniform",
    "he_normal": "He normal",
    "he_uniform": "He uniform",
    "pytorch": "PyTorch's default",
    "asymmetric": "randomized asymmetric",
    "spread_kinks": "spread kinks",
}
Initialization = Literal[tuple(INITIALIZATION_NAMES)]
