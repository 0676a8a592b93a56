"""The claims of task 1, and the estimates by which they are judged."""

import pandas as pd

from dlse.results.claims import MNIST, Claim, final_values, largest
from dlse.results.estimates import Estimate, mean_interval
from dlse.results.verdicts import COST

# % of the test images: asked by the assignment, and the mean of An et al. (2020, arXiv:2008.10400)
# over 30 single networks, each after the last of 150 epochs (their logs, github.com/ansh941/
# MnistSimpleCNN; the higher numbers in the paper are of the best epoch, or of several networks).
ASKED, PUBLISHED = 98.0, 99.7


def _cnn_accuracy(rows: pd.DataFrame) -> Estimate:
    return mean_interval(100 * final_values(rows, metric="accuracy", split="test"))


def _cnn_seconds(rows: pd.DataFrame) -> Estimate:
    return largest(final_values(rows, metric="cpu_seconds"))


def _augmentation_gain(rows: pd.DataFrame) -> Estimate | None:
    without = {"variant": "without augmentation"}
    found = [
        final_values(rows, metric=metric, **without)
        for metric in ("accuracy_gain", "accuracy_gain_low", "accuracy_gain_high", "images")
    ]
    if not len(found[0]):
        return None
    value, low, high, n = (float(values.iloc[0]) for values in found)
    return Estimate(100 * value, 100 * low, 100 * high, int(n))


CLAIMS = (
    Claim(
        "cnn_accuracy_asked", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is above the assignment's {:g} %",
        ">", ASKED, "%", _cnn_accuracy, "seeds", asked=True, datasets=MNIST,
    ),
    Claim(
        "cnn_accuracy", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is at least the {:g} % that single "
        "networks of An et al. (2020) reach on average after 150 epochs",
        "≥", PUBLISHED, "%", _cnn_accuracy, "seeds", datasets=MNIST,
    ),
    Claim(
        "cnn_augmentation", 1, "cnn",
        "Without augmentation, the CNN's recipe is less accurate on validation images (difference "
        "in short trainings)",
        ">", 0, "points", _augmentation_gain, "images", datasets=MNIST,
    ),
    Claim(
        "cnn_cost", 1, "cnn",
        "Training one CNN takes at most {:g} CPU seconds (slowest seed)",
        "≤", 300.0, "CPU s", _cnn_seconds, "seeds", kind=COST, datasets=MNIST,
    ),
)  # fmt: skip
