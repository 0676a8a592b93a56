"""Initializations agree with theory before training, and flags with the outcome of it."""

import pytest
import torch

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.initialization.networks import gradient_norms, second_moments, train_networks


@pytest.mark.parametrize(
    ("name", "factor", "first"),
    [
        ("he_normal", 1.0, 2.0),
        ("he_uniform", 1.0, 2.0),
        ("xavier_normal", 0.5, 2 / 65),
        ("xavier_uniform", 0.5, 2 / 65),
    ],
)
def test_second_moments_are_kept_or_halved(name, factor, first):
    width, depth, networks = 64, 6, 600
    moments = second_moments(Perceptron(width, depth, name), range(networks))
    inputs = OSCILLATORY.inputs(OSCILLATORY.x(), 1)
    expected = first * float(inputs.square().mean()) * factor ** torch.arange(depth)
    mean, error = moments.mean(0), moments.std(0) / networks**0.5
    assert ((mean - expected).abs() < 4.5 * error).all()


def test_xaviers_gradient_halves_every_two_layers_of_depth_and_is_level_over_layers():
    norms = (gradient_norms(Perceptron(64, d, "xavier_normal"), range(300))[0] for d in (4, 8))
    of_4, of_8 = (norm.square().mean(0).sqrt() for norm in norms)
    assert of_8.shape == (8,)
    assert float(of_8[0] / of_4[0]) == pytest.approx(2**-2, rel=0.25)
    assert float(of_8[1:].max() / of_8[1:].min()) < 1.5


def test_networks_that_learn_and_those_that_never_do_are_told_apart():
    network = Perceptron(16, 2, "he_normal")
    quick, _, curves, _ = train_networks(network, range(4), 0.01, Schedule(300), "cpu")
    still, _, _, _ = train_networks(network, range(4), 1e-9, Schedule(20), "cpu")
    assert still["never_learns"].all()
    assert still["steps_to_learn"].isinf().all()
    assert not quick["never_learns"].any()
    assert (curves[:, -1] == quick["train_rel_l2"]).all()
    wild, _, _, _ = train_networks(network, range(4), 1e30, Schedule(20), "cpu")
    assert wild["never_learns"].all()
    assert wild["diverged"].all()
