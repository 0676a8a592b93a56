"""What the report says about the nearest neighbors."""

import pandas as pd


def facts(metrics: pd.DataFrame, settings: dict) -> dict:
    """The accuracy for each number of neighbors, and the best number."""
    accuracy = 100 * metrics[metrics.study == "neighbors"].set_index("neighbors").value
    best = int(accuracy.idxmax())
    return {
        "train_images": settings["train_images"],
        "table": [{"count": int(count), "accuracy": value} for count, value in accuracy.items()],
        "best": best,
        "one_is_best": best == 1,
    }
