"""What all figures share: their titles, and how numbers and lists read."""

import matplotlib.pyplot as plt
import pytest

from dlse.results.figures import WIDTH, listed, rounded, save_figure, wrapped


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (5.8e-5, "0.000058"),
        (0.564, "0.56"),
        (7.43, "7.4"),
        (276.6, "277"),
        (1234, "1,234"),
    ],
)
def test_numbers_keep_two_digits_or_all_integer_ones(value, shown):
    assert rounded(value) == shown


def test_lists():
    assert [listed("A"), listed("AB"), listed("ABC", "or")] == ["A", "A and B", "A, B or C"]


def test_lines_are_as_few_as_needed_and_of_about_equal_length():
    assert wrapped("aa bb cc dd", 8) == ["aa bb", "cc dd"]
    assert wrapped("aa bb", 8) == ["aa bb"]
    assert wrapped("", 8) == []
    assert wrapped("from 10 % on", 8) == ["from", "10\N{NO-BREAK SPACE}% on"]


def test_the_title_stays_inside_the_figure_and_above_the_legend(tmp_path):
    fig, axes = plt.subplots(figsize=(WIDTH, 3))
    axes.plot([1, 2], label="line")
    fig.legend()
    title = "The wider a message " * 7
    save_figure(fig, title, "none", "", str(tmp_path / "a.png"), str(tmp_path / "a.svg"))
    fig.draw_without_rendering()
    box = fig._suptitle.get_window_extent()
    label = fig.legends[0].get_texts()[0].get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= fig.bbox.x1
    assert fig.get_suptitle().count("\n") == 2  # two lines, and the legend's
    assert label.y1 <= box.y1 - box.height * 2 / 3
    assert axes.get_tightbbox().y1 <= label.y0
