"""What the figures of task 2 say in their titles is what they draw."""

import numpy as np
import pandas as pd
import pytest

from dlse.studies.dying_relu.figures import _functions_at, birth_message, remedies_message


def probabilities(rows: list[list[float]]) -> pd.Series:
    """One row per width, one column per depth."""
    table = pd.DataFrame(rows, index=pd.Index([2, 4], name="width"))
    return table.rename_axis(columns="depth").stack()


def test_depth_and_width_are_said_to_matter_only_if_they_do_everywhere():
    always = "The deeper and the narrower a network is, the more often it is born dead"
    assert birth_message(probabilities([[0.2, 0.5], [0.0, 0.1]])) == always
    for rows in ([[0.5, 0.2], [0.0, 0.1]], [[0.2, 0.5], [0.3, 0.4]]):
        assert birth_message(probabilities(rows)).startswith("Between")
    assert birth_message(probabilities([[0.2], [0.1]])).startswith("Between 10.0 and 20.0 %")


@pytest.mark.parametrize(
    ("collapsed", "said"),
    [
        ([0.364, 0, 0.1, 0], "36.4 % of the networks collapse with plain, and none with a or c"),
        ([0.5, 0.2, 0.1, 0.3], "of the changes, b has the smallest share: 10.0 %"),
        ([0, 0, 0.1, 0], "No network collapses with plain"),
        ([0.25], "25.0 % of the networks collapse with plain"),
    ],
)
def test_remedies_are_named_if_no_network_collapses(collapsed, said):
    names = ["plain", "a", "b", "c"][: len(collapsed)]
    assert said in remedies_message(names, collapsed)


def test_functions_are_found_by_their_number_through_the_files(tmp_path):
    values, paths = np.arange(30.0).reshape(10, 3), []
    for start, end in ((0, 4), (4, 5), (5, 10)):
        np.save(path := tmp_path / f"block{start}.npy", values[start:end])
        paths.append(str(path))
    chosen = np.array([0, 3, 4, 5, 9])
    assert np.array_equal(_functions_at(paths, chosen), values[chosen])
    assert _functions_at(paths, chosen[:0]) == []
