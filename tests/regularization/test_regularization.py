"""The held-out choice, the parts of the error and the floor of task 3."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlse.networks.oscillatory import OSCILLATORY, oscillatory
from dlse.studies.regularization.held_out import choose, held_out_errors, held_out_folds, scored
from dlse.studies.regularization.networks import Setting, fit, part_errors
from dlse.studies.regularization.peers import peer

SETTING = Setting("l2", 8, 2, 30, 1e-3, learning_rate=0.01, batches=2, decay=0.5)


@given(st.integers(2, 20), st.integers(10, 100))
def test_folds_hold_out_each_inner_point_once_and_no_two_neighbors(folds, points):
    parts = held_out_folds(points, folds)
    assert sorted(torch.cat(parts).tolist()) == list(range(1, points - 1))
    for part in parts:
        assert (part.diff() == folds).all()


def test_the_two_points_next_to_the_jump_are_not_scored():
    for y in OSCILLATORY.data(range(20)):
        assert (~scored(y)).nonzero()[:, 0].tolist() == [39, 40]


def test_noise_depends_on_the_seed_alone():
    together = OSCILLATORY.data([3, 4, 5])
    assert torch.equal(OSCILLATORY.data([4])[0], together[1])
    noise = OSCILLATORY.data(range(500)) - oscillatory(OSCILLATORY.x())
    assert noise.std().item() == pytest.approx(0.1, rel=0.02)
    assert abs(noise.mean().item()) < 0.002


def test_held_out_errors_belong_to_networks_that_have_not_seen_the_points():
    errors, _ = held_out_errors(SETTING, [7], 4, "cpu")
    x, y = OSCILLATORY.x(), OSCILLATORY.data([7])
    out = held_out_folds(80, 4)[2]
    kept = torch.ones(80, dtype=torch.bool)
    kept[out] = False
    values, _ = fit(SETTING, ["7.fold2"], x[kept], y[:, kept], x[out], "cpu")
    counts = scored(y[0])[out]
    expected = (values[0] - y[0, out])[counts].square().mean()
    assert errors[0, 2] == pytest.approx(float(expected), rel=1e-5)


def scores(errors: dict[tuple[float, int], list[float]]) -> pd.DataFrame:
    rows = [
        {"strength": strength, "width": width, "fold": fold, "error": error}
        for (strength, width), values in errors.items()
        for fold, error in enumerate(values)
    ]
    return pd.DataFrame(rows).assign(depth=2, steps=10, noise_seed=0)


def test_the_weakest_strength_that_is_not_significantly_worse_is_chosen():
    best = [1.0, 1.1, 0.9, 1.05, 0.95]
    close = [1.02, 1.08, 0.93, 1.04, 0.96]
    worse = [2.0, 2.1, 1.9, 2.2, 2.0]
    table = scores({(0.1, 4): best, (0.01, 4): close, (0.001, 4): worse})
    assert choose(table)["strength"] == 0.01
    # At that strength, a wider network is chosen only if it is better.
    assert choose(pd.concat([table, scores({(0.01, 8): worse})]))["width"] == 4
    assert choose(pd.concat([table, scores({(0.01, 8): best})]))["width"] == 8


def test_the_squares_of_the_parts_add_up():
    values = torch.randn(3, 2, 1000, dtype=torch.float64)
    found = part_errors(values)
    parts = sum(found[f"rel_l2_{part}"] ** 2 for part in ("left", "jump", "right"))
    torch.testing.assert_close(parts.sqrt(), found["rel_l2"])


def test_the_floor_has_the_published_values():
    clean = np.interp(OSCILLATORY.test()[0], OSCILLATORY.x(), oscillatory(OSCILLATORY.x()))
    found = part_errors(torch.from_numpy(clean))
    assert 100 * float(found["rel_l2"]) == pytest.approx(4.31, abs=0.01)
    assert 100 * float(found["rel_l2_jump"]) == pytest.approx(4.21, abs=0.01)
    noisy = 100 * part_errors(peer("linear interpolation", range(300)))["rel_l2"]
    assert float(noisy.median()) == pytest.approx(5.02, abs=0.03)


def test_a_network_does_not_depend_on_its_block():
    x, data, at = OSCILLATORY.x(), OSCILLATORY.data([1, 2, 3, 4]), OSCILLATORY.test()[0]
    setting = Setting("dropout", 8, 2, 40, 0.1, learning_rate=0.01, batches=1, decay=0.5)
    names = ["1.0", "2.0", "3.0", "4.0"]
    together, _ = fit(setting, names, x, data, at, "cpu")
    apart, _ = fit(setting, names[2:], x, data[2:], at, "cpu")
    assert torch.equal(together[2:], apart)
