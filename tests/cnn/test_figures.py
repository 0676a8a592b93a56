"""What the figures of task 1 say in their titles is what they draw."""

import numpy as np
import pandas as pd
import pytest

from dlse.studies.cnn.figures import (
    accuracy_message,
    confusion_message,
    mistakes_message,
    search_message,
)


@pytest.mark.parametrize(
    ("medians", "said"),
    [
        ([0.97, 0.985, 0.99], "first above 98 % after epoch 2 and ends at 99.00 %"),
        ([0.985, 0.97], "ends at 97.00 %, not above 98 %"),
        ([0.97, 0.98], "ends at 98.00 %, not above 98 %"),
    ],
)
def test_the_accuracy_that_is_asked_for_is_passed_only_if_it_is_kept(medians, said):
    by_epoch = pd.Series(medians, index=range(1, len(medians) + 1))
    assert accuracy_message(by_epoch).endswith(said)


@pytest.mark.parametrize(
    ("accuracies", "missed", "said"),
    [
        ([0.99, 0.98], [[1, 2], [3]], "by 1 points, no less than its own networks differ by (1 "),
        ([0.99, 0.985], [[1, 2], [3]], "by 0.5 points, less than its own networks differ by (1 "),
        ([0.99, 0.98], [[1]], "leads the last rung by 1 points"),
        ([0.99], [[1]], "with a validation error of 1 %"),
    ],
)
def test_the_lead_of_the_chosen_trial_is_compared_with_its_own_networks(accuracies, missed, said):
    rung = pd.DataFrame({"validation_accuracy": accuracies, "validation_images": 100})
    rung["missed"] = [missed] * len(rung)
    assert said in search_message(rung)


def test_the_most_frequent_mistake_is_named_or_none_stands_out():
    wrong = np.zeros((10, 10))
    assert confusion_message(wrong) == "No test image is misclassified"
    wrong[9, 4] = 2.5
    wrong[4, 9] = 1
    assert "to read class 9 as 4: 2.5 images" in confusion_message(wrong)
    wrong[4, 9] = 2.5
    assert "class 4 as 9 or class 9 as 4" in confusion_message(wrong)
    wrong[1, :4] = 2.5
    assert "No mistake stands out" in confusion_message(wrong)


def test_mistakes_of_one_and_of_several_networks():
    wrong = pd.Series([3, 3, 1])
    assert mistakes_message(wrong, 3, 1000).endswith("3 of 1,000 test images, all misread 2")
    assert mistakes_message(pd.Series([1, 1]), 1, 50) == "The network misreads 2 of 50 test images"
