"""Fits of cost: known curves give back what they were made of."""

import numpy as np
import pandas as pd
import pytest
import torch
from dlse.studies.benchmark.growth import analyze, growth_curves
from dlse.studies.benchmark.growth_costs import (
    Cost,
    ensemble_step,
    grow,
    growth_rows,
    pca_flop,
    share_of_products,
)
from torch.utils.flop_counter import FlopCounterMode

from dlse.networks.ensemble import Perceptron
from dlse.workflow.tables import metrics_table


def curve(fixed: float, per_flop: float, sizes=(1, 4, 16, 64, 256)) -> pd.DataFrame:
    size = np.array(sizes, dtype=float)
    flop = 100 * size**2
    return pd.DataFrame({"size": size, "flop": flop, "cpu_seconds": fixed + per_flop * flop})


def test_a_curve_gives_back_its_fixed_part_its_rate_and_where_they_are_equal():
    growth = analyze(curve(1e-3, 1e-8), peak=1e9)
    assert growth.fixed == pytest.approx(1e-3)
    assert growth.per_flop == pytest.approx(1e-8)
    assert growth.flop_exponent == pytest.approx(2)
    assert 16 < growth.crossing < 64  # 10⁵ FLOP, at size √1000
    assert growth.share_of_peak == pytest.approx(0.1, rel=0.02)


def test_pure_arithmetic_grows_as_its_flop_and_pure_dispatch_not_at_all():
    arithmetic, dispatch = analyze(curve(0, 1e-8), 1e9), analyze(curve(1e-3, 0), 1e9)
    assert arithmetic.cost_exponent == pytest.approx(2)
    assert arithmetic.crossing == 0
    assert dispatch.cost_exponent == pytest.approx(0, abs=1e-9)
    assert dispatch.crossing == np.inf


def test_what_hardly_grows_is_not_cut_into_two_parts():
    growth = analyze(curve(1e-3, 1e-8, sizes=(10, 11, 12)), 1e9)
    assert np.isnan(growth.crossing)
    assert growth.flop_exponent == pytest.approx(2)


def test_the_first_round_of_every_size_is_not_counted():
    seconds = iter([9.0, 9.0, 1.0, 2.0, 3.0, 4.0])
    found = grow([5, 7], lambda size: Cost(next(seconds), size), rounds=2)
    assert found == {5: [Cost(1, 5), Cost(3, 5)], 7: [Cost(2, 7), Cost(4, 7)]}


def test_the_flop_of_a_step_are_those_that_pytorch_counts():
    network, members = Perceptron(8, 3), 5
    with FlopCounterMode(display=False) as counter:
        cost = ensemble_step(network, 128, members, steps=2)
    assert counter.get_total_flops() / 2 == pytest.approx(cost.flop, rel=0.02)


def test_rows_of_a_curve_come_back_as_that_curve():
    costs = {1: [Cost(1.0, 10)], 2: [Cost(2.0, 20), Cost(4.0, 20)]}
    rows = growth_rows("members", "runge function", costs, {2: 0.5}, torch.float32, peak=100.0)
    table, growth = growth_curves(metrics_table(rows).to_pandas())["members"]
    medians = pd.DataFrame({"size": [1, 2], "cpu_seconds": [1.0, 3.0], "flop": [10.0, 20.0],
                            "share_of_products": [np.nan, 0.5]})  # fmt: skip
    pd.testing.assert_frame_equal(table, medians, check_like=True, check_names=False,
                                  check_dtype=False)  # fmt: skip
    assert growth.share_of_peak == pytest.approx(20 / 3 / 100)
    assert pca_flop(1000, 10) == 1000 * 100 + 9 * 1000


def test_every_product_whose_flop_are_counted_is_found_by_its_name():
    x, w = torch.ones(1, 3, 8, 8, requires_grad=True), torch.ones(4, 3, 3, 3, requires_grad=True)
    networks = (
        lambda: torch.conv2d(x, w).sum().backward(),
        lambda: torch.nn.Linear(64, 64)(torch.ones(5, 64)).sum().backward(),
        lambda: torch.bmm(torch.ones(3, 64, 64), torch.ones(3, 64, 64)),
    )
    for network in networks:
        assert share_of_products(lambda run=network: (run(), Cost(1.0, 0))[1], times=1) > 0
    assert share_of_products(lambda: (torch.ones(9) + torch.ones(9), Cost(1.0, 0))[1], times=1) == 0
