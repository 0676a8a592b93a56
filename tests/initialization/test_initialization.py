"""Initializations agree with theory before training, and flags with the outcome of it."""

import numpy as np
import pandas as pd
import pytest
import torch

from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.ensemble_training import Member
from dlse.networks.oscillatory import OSCILLATORY
from dlse.results.estimates import mean_interval
from dlse.studies.initialization.birth import gradient_norms, second_moments, slopes
from dlse.studies.initialization.choose import best_rates
from dlse.studies.initialization.measures import reference_errors
from dlse.studies.initialization.networks import initialized, schedule, train_networks


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


def test_the_slope_is_without_the_bias_of_the_logarithm_of_a_mean():
    """For log-normal moments, whose slope is known: the jackknife removes most of the bias that the
    plain estimate has, and its interval covers the truth about as often as it says."""
    random = np.random.default_rng(0)
    plain, found = [], []
    for _ in range(400):
        moments = np.exp(random.normal(0, 1.5, (64, 1)) * [0.0, 1.0]) * [1.0, np.exp(-1.125)]
        plain.append(np.log2(moments.mean(0)[1] / moments.mean(0)[0]))
        found.append(mean_interval(slopes(moments)))
    values = np.array([estimate.value for estimate in found])
    assert np.mean(plain) < -0.05
    assert abs(values.mean()) < abs(np.mean(plain)) / 2
    assert np.mean([e.low < 0 < e.high for e in found]) > 0.8


def test_networks_that_learn_and_those_that_never_do_are_told_apart():
    def trained(rate: float, steps: int):
        members = [Member(seed, rate) for seed in range(4)]
        names = ["he_normal"] * 4
        return train_networks(16, 2, names, members, schedule("adam", steps), "cpu")

    quick, steps, curves, _ = trained(0.01, 300)
    still, _, _, _ = trained(1e-9, 20)
    assert still["never_learns"].all()
    assert (still["first_rel_l2"] == still["train_rel_l2"]).all()
    assert not quick["never_learns"].any()
    assert (curves[:, -1] == quick["train_rel_l2"]).all()
    assert ((quick["train_rel_l2"] < quick["first_rel_l2"]) & (quick["first_rel_l2"] < 1)).all()
    assert steps[-1] == 300
    wild, _, _, _ = trained(1e30, 20)
    assert wild["never_learns"].all()
    assert wild["train_rel_l2"].isinf().all()


def test_initializations_that_train_together_are_what_each_is_alone():
    names, seeds = ["xavier_normal", "he_uniform", "xavier_normal", "he_uniform"], [3, 3, 4, 5]
    together = initialized(8, 3, names, seeds, "cpu")
    members = [Member(seed, 0.01) for seed in seeds]
    of_all, _, _, _ = train_networks(8, 3, names, members, schedule("sgd", 20), "cpu")
    for name in set(names):
        own = [index for index, of in enumerate(names) if of == name]
        ((_, alone),) = stacks(Perceptron(8, 3, name), [seeds[index] for index in own], 80, "cpu")
        for layer, weights in enumerate(alone.weights):
            assert torch.equal(together.weights[layer][own], weights)
        of_name, _, _, _ = train_networks(
            8, 3, [name] * 2, [members[index] for index in own], schedule("sgd", 20), "cpu"
        )
        for metric, values in of_name.items():
            assert torch.equal(of_all[metric][own], values), metric


def test_the_reference_errors_are_those_of_numerical_integration():
    x = np.linspace(-np.pi, np.pi, 1_000_001)
    truth = np.where(x < 0, 5 + sum(np.sin(k * x) for k in range(1, 5)), np.cos(10 * x))
    left, norm = x < 0, np.sqrt(np.mean(truth**2))
    sides = np.where(left, truth[left].mean(), truth[~left].mean())
    expected = {
        "constant": truth.std() / norm,
        "two_constants": np.sqrt(np.mean((truth - sides) ** 2)) / norm,
        "left_half": np.sqrt(np.mean(truth[~left] ** 2) / 2) / norm,
    }
    assert reference_errors() == pytest.approx(expected, abs=0.002)


def errors(**rates: list[float]) -> pd.DataFrame:
    """Errors of the two initializations of one family, the same at every rate but for `rates`."""
    return pd.DataFrame(
        {"variant": name, "learning_rate": rate, "value": value}
        for name, values in rates.items()
        for rate, of_rate in zip((0.1, 0.2, 0.4), values, strict=True)
        for value in of_rate
    )


def test_the_rate_with_the_least_mean_error_of_a_family_is_chosen():
    found = best_rates(
        errors(
            he_normal=[[0.3, 0.3], [0.1, 0.2], [0.05, 0.05]],
            he_uniform=[[0.3, 0.3], [0.1, 0.2], [0.05, np.inf]],
            xavier_normal=[[0.3, 0.1], [0.2, 0.2], [0.3, 0.3]],
        )
    )
    # One network in four diverged at the rate that is best for the others.
    assert found == {"he_normal": 0.2, "he_uniform": 0.2, "xavier_normal": 0.1}
