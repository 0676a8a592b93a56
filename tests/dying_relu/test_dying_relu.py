"""Counts of dead networks agree with theory, and flags with the functions they describe."""

import itertools
import math

import numpy as np
import pytest
import torch

from dlse.networks.ensemble import Ensemble, Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.oscillatory import oscillatory
from dlse.networks.problems import rel_l2
from dlse.results.estimates import wilson_interval
from dlse.studies.dying_relu.birth import birth_bounds, count_born_dead
from dlse.studies.dying_relu.networks import train_networks
from dlse.studies.dying_relu.runge import RUNGE, describe, runge


def test_born_dead_has_the_reference_probabilities():
    # Independent Monte Carlo estimates from 200,000 networks (He normal, no biases).
    for width, depth, reference in ((4, 7, 0.205), (4, 8, 0.2508), (4, 16, 0.545), (2, 10, 0.914)):
        networks = 20_000
        share = count_born_dead(width, depth, networks, seed=3)[-1] / networks
        sigma = math.sqrt(reference * (1 - reference) / networks)
        assert abs(share - reference) < 4.5 * sigma


def test_a_single_layer_never_dies_and_two_die_at_the_exact_rate():
    dead = count_born_dead(3, 2, 50_000, seed=4)
    assert dead[0] == 0
    low, _ = birth_bounds(3, 2)
    # With two layers, the values of the two rays share no neuron, so that q = 4^−width exactly.
    estimate = wilson_interval(int(dead[1]), 50_000, 0.9999)
    assert estimate.low <= low <= estimate.high


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_the_bounds_agree_with_an_enumeration_of_all_extreme_sequences_of_q(width):
    """A Markov chain of the number of rays, where parallel ones count as one."""
    r, depth = 2.0**-width, 5
    found = []
    for choice in itertools.product((r * r, r), repeat=depth - 1):
        both, one, none = 1 - 2 * r, 2 * r, 0.0
        for q in choice:
            parallel = width * q
            none, one, both = (
                none + one * r + both * q,
                one * (1 - r) + both * (2 * (r - q) + parallel),
                both * (1 - 2 * r + q - parallel),
            )
        found.append(none)
    assert birth_bounds(width, depth) == pytest.approx((min(found), max(found)))
    assert max(found) == pytest.approx(1 - (1 - r) ** (depth - 1))


@pytest.mark.parametrize(("width", "depth"), [(1, 3), (2, 9), (4, 2), (4, 8), (8, 20)])
def test_the_lower_bound_has_the_published_closed_form(width, depth):
    """Lu et al. 2020: the bound in powers of the two eigenvalues of the chain."""
    r, layers = 2.0**-width, depth - 1
    one, both = 1 - r, 1 - 2 * r - (width - 1) * r * r
    share = (1 - 2 * r) * (1 - r) / (1 + (width - 1) * r)
    low, high = birth_bounds(width, depth)
    assert low == pytest.approx(1 - one**layers + share * (both**layers - one**layers))
    assert low <= high


def test_parallel_rays_are_as_likely_as_the_bounds_say():
    """In the second layer q = 4^−width; a single unit is on for both rays with width times that."""
    n, width = 200_000, 3
    stream = torch.Generator().manual_seed(1)
    first = torch.randn(n, width, 1, generator=stream)
    rays = torch.cat([first, -first], 2).relu()
    alive = (rays > 0).any(1).all(1)
    second = (torch.randn(n, width, width, generator=stream) @ rays) > 0
    parallel = ((second.sum(1) == 1).all(1) & second.all(2).any(1))[alive]
    expected = width * 4.0**-width
    assert abs(float(parallel.double().mean()) - expected) < 5 * math.sqrt(expected / n)


def test_flags_describe_the_function():
    x = torch.linspace(-1, 1, 200, dtype=torch.float64)
    truth = runge(x)
    one_sided = torch.where(x < 0, x + 1, torch.ones_like(x))
    values = torch.stack([torch.full_like(x, 0.3), one_sided, truth * 1.01, 0.3 + 1e-4 * x])
    slopes = torch.stack(
        [torch.zeros_like(x), (x < 0).double(), torch.ones_like(x), torch.full_like(x, 1e-4)]
    )
    found = {
        name: flag.tolist()
        for name, flag in describe(x, values, slopes, truth, truth.mean()).items()
    }
    assert found["dead"] == [True, False, False, False]
    assert found["collapsed"] == [True, False, False, True]
    assert found["one_sided"] == [False, True, False, False]
    assert found["good"] == [False, False, True, False]
    assert found["rel_l2"][2] == pytest.approx(0.01)


def test_a_network_with_a_layer_that_is_off_is_dead():
    network = Ensemble((1, 3, 3, 1), 2)
    network.initialize("he_normal", [0, 1])
    network.weights[1][0] = -1.0  # Its inputs are not negative, so that all its units are off.
    x = RUNGE.inputs(RUNGE.test()[0], 2)
    assert network.is_dead(x).tolist() == [True, False]


def test_dead_networks_equal_the_mean_of_their_data_after_training():
    found, functions, _ = train_networks(
        Perceptron(2, 10), RUNGE, range(40), 0.01, Schedule(800), "cpu"
    )
    dead = found["dead"]
    assert dead.sum() > 20
    assert (found["born_dead"] <= dead).all()  # dead networks stay dead
    mean = float(runge(RUNGE.x()).mean())
    assert functions[dead].numpy() == pytest.approx(mean, abs=1e-4)
    x, truth = RUNGE.test()
    assert found["rel_l2"][dead][0] == pytest.approx(
        float(rel_l2(torch.full_like(x, mean), truth)), rel=1e-4
    )


def test_the_functions_are_those_of_the_assignment():
    assert float(runge(torch.tensor(0.2))) == pytest.approx(0.5)
    at = torch.tensor([-np.pi / 2, -1e-9, 0.0, np.pi / 5], dtype=torch.float64)
    assert oscillatory(at).tolist() == pytest.approx([5 - 1 + 1, 5.0, 1.0, 1.0], abs=1e-6)
