"""What the figures of tasks 6 to 8 say in their titles is what they draw."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from dlse.studies.wgan.figures import (
    DOTS,
    _draw_final,
    cost_message,
    outputs_message,
    samples_message,
    training_message,
    uniform_message,
)


@pytest.mark.parametrize(
    ("headlines", "said"),
    [
        (
            {5: [0.02, 0.03], 3: [0.2, 0.1]},
            "All generators with at least 5 noise dimensions end below 5 %, and none with fewer",
        ),
        (
            {5: [0.02, 0.06], 3: [0.04, 0.1]},
            "1 of 2 generators with at least 5 noise dimensions end below 5 %, and 1 of 2 with "
            "fewer",
        ),
        ({2: [0.2, 0.1]}, "No generator with fewer than 5 noise dimensions ends below 5 %"),
        ({5: [0.05]}, "No generator with at least 5 noise dimensions ends below 5 %"),
    ],
)
def test_generators_are_counted_on_both_sides_of_the_dimension(headlines, said):
    final = pd.DataFrame(
        {"dim": 5, "noise_dim": noise_dim, "seed": seed, "split": split, "value": value}
        for noise_dim, values in headlines.items()
        for seed, value in enumerate(values)
        for split, value in (("final averaged", value), ("final raw", value - 0.01))
    )
    assert uniform_message(final) == said


def test_averaged_weights_are_earlier_only_at_steps_at_which_both_were_evaluated():
    def table(averaged: list[float], raw: list[float]) -> pd.DataFrame:
        return pd.DataFrame({"averaged": averaged, "raw": raw}, index=[100, 200, 300])

    earlier = table([0.06, 0.04, 0.03], [0.07, 0.06, 0.04])
    unknown = table([0.06, 0.04, 0.03], [0.07, np.nan, 0.04])
    assert training_message({5: earlier, 20: earlier}).startswith(
        "In 5 and 20 dimensions, averaged"
    )
    assert training_message({5: earlier, 20: unknown}).startswith("In 5 dimensions, averaged")
    assert training_message({5: unknown}).endswith("of 3.0 % (d = 5) with averaged weights")


def test_costs_that_fewer_than_half_of_the_runs_reach():
    assert cost_message({5: 7.4, 20: 76.2}).endswith(
        "at 7.4 GFLOP in 5 dimensions and 76 GFLOP in 20 dimensions"
    )
    assert cost_message({5: 7.4, 20: np.inf}).endswith("fewer than half ever do in 20 dimensions")
    assert cost_message({5: np.inf}).startswith("Fewer than half of the runs reach 5 % in 5 ")


def test_marginals_and_outputs():
    assert samples_message({1: 0.2, 5: 0.02}).startswith("The more noise dimensions, the closer")
    assert samples_message({1: 0.2, 5: 0.3}).startswith("With 1 and 5 noise dimensions")
    accuracies = {"linear": pd.Series({5: 60.0, 50: 99.6}), "fold": pd.Series({5: 50.0})}
    assert outputs_message(accuracies).startswith("In 5 dimensions, the best classifier is right")
    apart = {"linear": pd.Series({2: 60.0}), "fold": pd.Series({5: 50.0})}
    assert outputs_message(apart) == "No dimension was tried with every output"


@pytest.mark.parametrize(("seeds", "dots"), [(DOTS, DOTS), (1000, DOTS)])
def test_a_figure_of_many_seeds_draws_the_first_ones_and_says_so(seeds, dots):
    final = pd.DataFrame(
        {"variant": "uniform5", "noise_dim": noise_dim, "seed": seed, "split": split, "value": 0.04}
        for noise_dim in (3, 5)
        for split in ("final averaged", "final raw")
        for seed in range(seeds)
    )
    fig, axes = plt.subplots()
    _draw_final(axes, final, pd.DataFrame({"value": [0.01, 0.02]}))
    drawn = [line for line in axes.lines if line.get_marker() in ("o", "s")]
    assert [len(line.get_xdata()) for line in drawn] == 4 * [dots]
    assert axes.get_xlabel().endswith(f"dots: the first {DOTS} seeds") == (seeds > dots)
    plt.close(fig)
