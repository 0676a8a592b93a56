"""The claim about the nearest neighbors."""

import pandas as pd

from dlse.results.claims import MNIST, Claim, largest
from dlse.results.estimates import Estimate


def _best_accuracy(rows: pd.DataFrame) -> Estimate | None:
    return largest(100 * rows.value)


CLAIMS = (
    Claim(
        "neighbors_accuracy", 1, "neighbors",
        "The best number of neighbors has a test accuracy of at least {:g} %",
        "≥", 90.0, "%", _best_accuracy, "numbers of neighbors", datasets=MNIST,
    ),
)  # fmt: skip
