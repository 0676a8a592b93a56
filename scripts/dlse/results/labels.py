"""The names of data sets in figures and in the report."""

import re

from dlse.images.data_names import BLOCK_IMAGES, STAND_IN

_SHOWN = {
    "mnist": "MNIST",
    "digits": "scikit-learn digits",
    "runge function": "Runge function",
    "absolute function": "|x|",
    "none": "none; the weights alone",
}
_EXPONENTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def is_stand_in(dataset: str) -> bool:
    """Whether a data set stands in for MNIST."""
    return dataset.endswith(STAND_IN)


def display_name(dataset: str) -> str:
    """The name of a data set for readers, such as "MNIST" or "scikit-learn digits (stand-in for
    MNIST)", from its name in tables. A user's own data set keeps its name."""
    if is_stand_in(dataset):
        return f"{display_name(dataset.removesuffix(STAND_IN))} (stand-in for MNIST)"
    if dataset.endswith(BLOCK_IMAGES):
        return display_name(dataset.removesuffix(BLOCK_IMAGES)) + BLOCK_IMAGES
    if uniform := re.fullmatch(r"uniform(\d*)", dataset):
        return f"uniform on [−1, 1]{uniform[1].translate(_EXPONENTS) or 'ᵈ'}"
    if fields := re.fullmatch(r"mechanical (.+), (simulated|published)", dataset, re.DOTALL):
        return f"Mechanical {display_name(fields[1])}, {fields[2]}"
    return _SHOWN.get(dataset, dataset)
