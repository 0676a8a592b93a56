"""What the report says about the nearest neighbors."""

from dlse.results.rows import rows_of


def facts(metrics: str, settings: dict) -> dict:
    """The accuracy for each number of neighbors, and the best number.

    metrics: the path of the table of all studies.
    """
    accuracy = 100 * rows_of(metrics, "neighbors").set_index("neighbors").value
    best = int(accuracy.idxmax())
    return {
        "train_images": settings["train_images"],
        "table": [{"count": int(count), "accuracy": value} for count, value in accuracy.items()],
        "best": best,
        "one_is_best": best == 1,
    }
