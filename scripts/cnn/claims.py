"""The claims of task 1, and the estimates by which they are judged."""

import pandas as pd

from dlse.results.claims import MNIST, Claim, final_values, largest
from dlse.results.estimates import Estimate, mean_interval
from dlse.results.verdicts import COST

ASKED, CLAIMED = 98.0, 99.5  # % of the test images: asked by the assignment, claimed here


def _cnn_accuracy(rows: pd.DataFrame) -> Estimate:
    return mean_interval(100 * final_values(rows, metric="accuracy", split="test"))


def _cnn_seconds(rows: pd.DataFrame) -> Estimate:
    return largest(final_values(rows, metric="cpu_seconds"))


CLAIMS = (
    Claim(
        "cnn_accuracy_asked", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is above the assignment's {:g} %",
        ">", ASKED, "%", _cnn_accuracy, "seeds", asked=True, datasets=MNIST,
    ),
    Claim(
        "cnn_accuracy", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is at least {:g} %",
        "≥", CLAIMED, "%", _cnn_accuracy, "seeds", datasets=MNIST,
    ),
    Claim(
        "cnn_cost", 1, "cnn",
        "Training one CNN takes at most {:g} CPU seconds (slowest seed)",
        "≤", 300.0, "CPU s", _cnn_seconds, "seeds", kind=COST, datasets=MNIST,
    ),
)  # fmt: skip
