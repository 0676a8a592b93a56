"""What the recipe loses without an ingredient."""

import pandas as pd
import pytest

from dlse.studies.cnn.evaluate import ablation_rows


def trial(without: str, missed: list[int], rung: int = 1) -> dict:
    return {
        "rung": rung, "without": without, "missed": [missed], "validation_images": 100,
        "validation_accuracy": 1 - len(missed) / 100,
    }  # fmt: skip


def test_each_ingredient_is_compared_with_the_winner_of_the_last_rung():
    trials = [
        trial("", [1], rung=0), trial("", [1, 2]), trial("", [1, 2, 3]),
        trial("schedule", [1, 2, 3, 4, 5]),
        trial("augmentation", [1, 2]),  # the winner has none: the same network once more
    ]  # fmt: skip
    rows = pd.DataFrame(ablation_rows(trials, "mnist"))
    assert set(rows.variant) == {"without schedule"}
    found = rows.set_index("metric").value
    assert found.accuracy == pytest.approx(0.95)
    assert found.accuracy_gain == pytest.approx(0.03)
    assert found.accuracy_gain_low < 0.03 < found.accuracy_gain_high
    assert found["images"] == 100


def test_without_an_ablation_there_are_no_rows():
    assert ablation_rows([trial("", [1])], "mnist") == []
