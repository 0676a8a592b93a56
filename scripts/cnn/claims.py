"""The claims of task 1, and the estimates by which they are judged."""

import pandas as pd

from dlse.results.claims import MNIST, Claim, final_values, largest
from dlse.results.estimates import Estimate, mean_interval
from dlse.results.verdicts import COST

# % of the test images: asked by the assignment, and the mean of An et al. (2020, arXiv:2008.10400)
# over 30 single networks, each after the last of 150 epochs (their logs, github.com/ansh941/
# MnistSimpleCNN; the higher numbers in the paper are of the best epoch, or of several networks).
ASKED, PUBLISHED = 98.0, 99.7
TOGETHER = 99.75  # % of the test images, of several networks together


def _cnn_accuracy(rows: pd.DataFrame) -> Estimate:
    return mean_interval(100 * final_values(rows, metric="accuracy", split="test"))


def _cnn_seconds(rows: pd.DataFrame) -> Estimate:
    return largest(final_values(rows, metric="cpu_seconds"))


def long_accuracy(rows: pd.DataFrame, variant: str) -> Estimate | None:
    """The test accuracy of the long trainings, in percent: its mean over the seeds."""
    values = final_values(rows, variant=variant, metric="accuracy", split="test")
    return mean_interval(100 * values) if len(values) else None


def over_images(rows: pd.DataFrame, metric: str, variant: str) -> Estimate | None:
    """A metric that was recorded with its interval over images, in percent."""
    found = [
        final_values(rows, metric=name, variant=variant)
        for name in (metric, f"{metric}_low", f"{metric}_high", "images")
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
        "cnn_long_accuracy", 1, "cnn_long",
        "Trained for longer, the CNN's test accuracy, mean over seeds, is at least the {:g} % that "
        "single networks of An et al. (2020) reach on average after 150 epochs",
        "≥", PUBLISHED, "%", lambda rows: long_accuracy(rows, "cnn"), "seeds", datasets=MNIST,
    ),
    Claim(
        "cnn_long_shifted", 1, "cnn_long",
        "The same accuracy is at least {:g} % if each prediction is averaged over the image and "
        "its four shifts by one pixel",
        "≥", PUBLISHED, "%", lambda rows: long_accuracy(rows, "shifted"), "seeds", datasets=MNIST,
    ),
    Claim(
        "cnn_together", 1, "cnn_long",
        "Trained for longer, the networks of all seeds together classify at least {:g} % of the "
        "test images correctly",
        "≥", TOGETHER, "%", lambda rows: over_images(rows, "accuracy", "together"), "images",
        datasets=MNIST,
    ),
    Claim(
        "cnn_augmentation", 1, "cnn",
        "Without augmentation, the CNN's recipe is less accurate on validation images (difference "
        "in short trainings)",
        ">", 0, "points",
        lambda rows: over_images(rows, "accuracy_gain", "without augmentation"), "images",
        datasets=MNIST,
    ),
    Claim(
        "cnn_cost", 1, "cnn",
        "Training one CNN takes at most {:g} CPU seconds (slowest seed)",
        "≤", 300.0, "CPU s", _cnn_seconds, "seeds", kind=COST, datasets=MNIST,
    ),
)  # fmt: skip
