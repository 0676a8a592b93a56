"""The held-out choice, the parts of the error and the floor of task 3."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlse.networks.initializers import draw_parameters
from dlse.networks.oscillatory import OSCILLATORY, oscillatory
from dlse.studies.regularization.estimates import lowest_shifted_median, mean_rise_in_cell, rise
from dlse.studies.regularization.held_out import choose, held_out_folds, hold_out, scored
from dlse.studies.regularization.measures import half_open, interpolation, jump_cell, part_errors
from dlse.studies.regularization.move_jump import PLACES, move
from dlse.studies.regularization.names import INTERPOLATION, trained
from dlse.studies.regularization.networks import Recipe, fit
from dlse.workflow.tables import Metrics, metrics_table, read_table

RECIPE = Recipe(
    width=8, depth=2, initialization="spread_kinks", scaled_inputs=True, steps=30,
    learning_rate=0.01, beta2=0.99, batches=2, warmup=0.0, decay=0.5,
)  # fmt: skip


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
    """The third noise seed holds out the third fold. Methods and strengths train together."""
    noise_seeds = [7, 8, 9, 10, 11, 12]
    candidates = [("none", 0.0), ("l2", 1e-4), ("l2", 1e-3), ("dropout", 0.1)]
    found, _ = hold_out(RECIPE, candidates, noise_seeds, 4, "cpu")
    assert np.isfinite(found["held_out"]).all()
    x, y = OSCILLATORY.x(), OSCILLATORY.data([9])
    out = held_out_folds(80, 4)[2]
    kept = torch.ones(80, dtype=torch.bool)
    kept[out] = False
    counts = scored(y[0])[out]
    for row, (method, strength) in enumerate(candidates):
        member = RECIPE.member(method, strength, "9.fold2")
        fitted = fit(RECIPE, [member], x[kept], y[:, kept], x[out], "cpu")
        expected = (fitted.values[0] - y[0, out])[counts].square().mean().sqrt()
        assert found["held_out"][row, 2] == pytest.approx(float(expected), rel=1e-5)
        norm = float(fitted.weight_norm)
        assert found["weight_norm"][row, 2] == pytest.approx(norm, rel=1e-5)


def scores(errors: dict[float, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {"strength": strength, "seed": seed, "value": error}
        for strength, values in errors.items()
        for seed, error in enumerate(values)
    )


def test_the_weakest_strength_within_one_standard_error_is_chosen():
    best = np.array([1.0, 1.1, 0.9, 1.05, 0.95])
    # In logarithms, with a standard error of 0.01 each.
    noise = 0.01 * np.sqrt(5) * np.array([1, -1, 1, -1, 0])
    within, beyond = best * np.exp(noise + 0.009), best * np.exp(noise + 0.011)
    assert choose(scores({0.1: best, 0.01: within, 0.001: 2 * best})) == 0.01
    assert choose(scores({0.1: best, 0.01: beyond, 0.001: 2 * best})) == 0.1
    assert choose(scores({0.1: 2 * best, 0.01: within, 0.001: best})) == 0.001


def test_what_is_told_of_the_weights_is_counted_from_them():
    recipe = replace(RECIPE, steps=1, learning_rate=1e-12)
    x, at = OSCILLATORY.x(), OSCILLATORY.test()[0]
    y = OSCILLATORY.data([0, 1])
    fitted = fit(recipe, [recipe.member("none", 0.0, s) for s in "ab"], x, y, x, "cpu")
    drawn = draw_parameters("spread_kinks", (1, 8, 8, 1), "ab")
    weights = torch.cat([weight.flatten(1) for weight, _ in drawn], 1)
    for row, of in enumerate(weights):
        assert fitted.weight_norm[row] == pytest.approx(float(of.norm()), rel=1e-5)
    left = (fitted.values - y).square().mean(1).sqrt()
    torch.testing.assert_close(fitted.residual, left)
    longer = replace(recipe, steps=400, learning_rate=0.01)
    punished = fit(longer, [longer.member("l1", 0.5, s) for s in "ab"], x, y, at, "cpu")
    assert (punished.near_zero > fitted.near_zero + 0.5).all()
    assert (punished.weight_norm < 0.6 * fitted.weight_norm).all()


def test_each_part_of_a_recipe_changes_the_network():
    x, y, at = OSCILLATORY.x(), OSCILLATORY.data([0, 1]), OSCILLATORY.test()[0]

    def values(recipe):
        return fit(recipe, [recipe.member("none", 0.0, s) for s in "ab"], x, y, at, "cpu").values

    base = values(RECIPE)
    for change in (
        {"width": 9}, {"depth": 3}, {"initialization": "he_normal"}, {"scaled_inputs": False},
        {"steps": 31}, {"learning_rate": 0.011}, {"beta2": 0.999}, {"batches": 1},
        {"warmup": 0.5}, {"decay": 0.0},
    ):  # fmt: skip
        assert not torch.allclose(values(replace(RECIPE, **change)), base, rtol=1e-4), change


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
    noisy = 100 * part_errors(interpolation(range(300)))["rel_l2"]
    assert float(noisy.median()) == pytest.approx(5.02, abs=0.03)


def test_another_reading_of_uniform_points_has_the_published_floor():
    assert 100 * float(half_open(range(100)).median()) == pytest.approx(8.8, abs=0.15)


def test_a_step_at_the_jump_has_no_error_there_and_the_data_do_not_tell_where_it_is():
    x, _ = OSCILLATORY.test()
    low, high = jump_cell()
    assert (low, high) == pytest.approx((-np.pi / 79, np.pi / 79))
    for place in PLACES:
        at = low + place * (high - low)
        assert torch.equal(oscillatory(OSCILLATORY.x(), at), oscillatory(OSCILLATORY.x()))
        assert float(part_errors(oscillatory(x, at), at)["rel_l2"]) == 0
    # The square of the error of a step at the midpoint grows with the distance of the jump.
    step = oscillatory(x)
    near, far = (
        float(part_errors(step, low + place * (high - low))["rel_l2_jump"]) ** 2
        for place in (0.7, 0.9)
    )
    assert far == pytest.approx(2 * near, rel=0.25)  # twelve test points in the cell


def test_saved_functions_are_scored_at_every_place(tmp_path):
    noise_seeds = [3, 4]
    values = torch.randn(2, 2, 1000, dtype=torch.float64).float().numpy()
    paths = [str(tmp_path / f"block{block}.npy") for block in (0, 1)]
    for path, part in zip(paths, values, strict=True):
        np.save(path, part[None])
    jump, interpolated = (str(tmp_path / f"{name}.parquet") for name in ("moved", "line"))
    move({"none_wide": paths}, noise_seeds, jump, interpolated)
    rows = read_table(jump).to_pandas()
    own = rows[(rows.variant == "none_wide") & (rows.place == 0.5)]
    found = own.pivot(index="seed", columns="initialization_seed", values="value")
    expected = part_errors(torch.from_numpy(values).double())["rel_l2"]
    np.testing.assert_allclose(found.loc[noise_seeds], expected, rtol=1e-12)
    line = rows[(rows.variant == INTERPOLATION) & (rows.place == 0.5)].value
    np.testing.assert_allclose(line, part_errors(interpolation(noise_seeds))["rel_l2"])
    own = read_table(interpolated).to_pandas()
    np.testing.assert_array_equal(own[own.metric == "rel_l2"].value, line)


def test_a_variant_without_a_name_is_an_error():
    assert trained(["none_wide", INTERPOLATION, "l1_narrow"]) == ["l1_narrow", "none_wide"]
    with pytest.raises(ValueError, match="lasso_narrow"):
        trained(["none_wide", "lasso_narrow"])


def test_differences_are_paired_and_over_noise_seeds():
    rows = Metrics("regularization_jump")
    for seed in range(10):
        for k in range(2):
            for place in (0.3, 0.5, 0.7):
                of_seed = {"seed": seed, "initialization_seed": k, "place": place}
                away = abs(place - 0.5)
                rows.add("rel_l2", 0.05 + 0.01 * seed, variant="none_wide", **of_seed)
                error = 0.05 + 0.01 * seed - 0.003 + 0.03 * away
                rows.add("rel_l2", error, variant="dropout_wide", **of_seed)
    table = metrics_table(rows.rows).to_pandas()
    found = rise(table[table.place == 0.5], "dropout_wide")
    assert found == pytest.approx((-0.3, -0.3, -0.3, 10))
    found = mean_rise_in_cell(table, "dropout_wide")
    assert found == pytest.approx((0.1, 0.1, 0.1, 10))
    assert mean_rise_in_cell(table, "l1_narrow") is None
    lowest = lowest_shifted_median(table, ["none_wide", "dropout_wide"], 0.2)
    assert lowest.value == pytest.approx(100 * 0.095)
    assert lowest.n == 10


def test_a_network_does_not_depend_on_its_block():
    x, data, at = OSCILLATORY.x(), OSCILLATORY.data([1, 2, 3, 4]), OSCILLATORY.test()[0]
    members = [RECIPE.member("dropout", 0.1, f"{seed}.0") for seed in (1, 2, 3, 4)]
    together = fit(RECIPE, members, x, data, at, "cpu")
    apart = fit(RECIPE, members[2:], x, data[2:], at, "cpu")
    assert torch.equal(together.values[2:], apart.values)
