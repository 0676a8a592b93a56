"""The initializations of `dlse.networks.initializers` and their names in figures and in the report.

This module does not import torch, so that a dry run stays fast.
"""

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
