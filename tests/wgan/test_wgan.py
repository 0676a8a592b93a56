"""WGAN-GP: the closed form agrees with automatic differentiation, runs together with runs alone."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from dlse.networks.streams import generator
from dlse.networks.weights import load_weights
from dlse.studies.wgan.cost import median_interval, ratio_interval, reach, reached
from dlse.studies.wgan.critic import Critic
from dlse.studies.wgan.networks import (
    Generators,
    averaging_rate,
    restore_generators,
    save_generators,
    train_wgan,
    untrained_generators,
)
from dlse.studies.wgan.outputs import OUTPUTS, fold
from dlse.studies.wgan.recipe import Recipe
from dlse.studies.wgan.reference import (
    as_modules,
    linear_layers,
    penalty_by_autograd,
    train_reference,
)
from dlse.studies.wgan.train import train
from dlse.workflow.tables import read_table

RECIPE = Recipe(
    critic_widths=(16,), generator_widths=(8, 8), steps=30, critic_steps=3, batch_size=32,
    penalty=1.0, critic_learning_rate=8e-3, generator_learning_rate=2e-3, averaging=20,
)  # fmt: skip


def trained(seeds, noise_dim=3, recipe=RECIPE):
    states = []
    result = train_wgan(4, noise_dim, recipe, seeds, states.append, 10)
    return result, states


def changed(**values) -> Recipe:
    return dataclasses.replace(RECIPE, **values)


@pytest.mark.parametrize("one_sided", [True, False])
@pytest.mark.parametrize("hidden", [(16,), (12, 9), (8, 7, 6)])
def test_the_loss_and_its_gradient_are_those_of_automatic_differentiation(hidden, one_sided):
    critic = Critic((5, *hidden, 1), 3, torch.float64)
    network = critic.network
    network.initialize("he_normal", ["a", "b", "c"])
    stream = torch.Generator().manual_seed(0)
    for bias in network.biases:
        bias.normal_(generator=stream)
    network.gradient.normal_(generator=stream)  # to be overwritten
    x = torch.randn(3, 5, 120, dtype=torch.float64, generator=stream)
    loss = critic.fill_gradient(x, 0.7, one_sided)
    for member in range(3):
        peer = as_modules(network, member, nn.ReLU)
        real, generated, between = x[member].T.chunk(3)
        gap = peer(real).mean() - peer(generated).mean()
        penalty = penalty_by_autograd(peer, between, one_sided)
        assert loss.gap[member].item() == pytest.approx(gap.item(), abs=1e-10)
        assert loss.penalty[member].item() == pytest.approx(penalty.item(), abs=1e-10)
        (0.7 * penalty - gap).backward()
        for layer, linear in enumerate(linear_layers(peer)):
            found = network.weight_gradients[layer][member]
            assert (found - linear.weight.grad).abs().max() < 1e-10
            found = network.bias_gradients[layer][member, :, 0]
            assert (found - linear.bias.grad).abs().max() < 1e-10


def test_where_all_units_are_off_the_loss_has_no_gradient():
    critic = Critic((2, 3, 1), 2, torch.float64)
    critic.network.biases[0].fill_(-9.0)
    x = torch.rand(2, 2, 15, dtype=torch.float64)
    loss = critic.fill_gradient(x, 1.0, one_sided=False)
    assert loss.penalty.tolist() == [1.0, 1.0]
    assert loss.gap.tolist() == [0.0, 0.0]
    assert critic.network.gradient.isfinite().all()
    assert not critic.network.gradient.any()


def test_the_first_step_is_that_of_modules_and_autograd():
    """True points, noise and points between them are drawn as in the training."""
    recipe = changed(steps=1, critic_steps=1)
    seen = []
    result = train_wgan(4, 3, recipe, ["7", "8"], seen.append, 1)
    stream = generator("7", "batches")
    noise = torch.empty(2, 3, 32).normal_(generator=stream)
    real = torch.empty(1, 4, 32).uniform_(-1, 1, generator=stream)[0].T
    between = torch.empty(1, 1, 32).uniform_(generator=stream)[0].T
    start = Critic((4, 16, 1), 1)
    start.network.initialize("pytorch", ["7.critic"])
    generators = Generators((3, 8, 8, 4), 1)
    generators.network.initialize("pytorch", ["7.generator"])
    fake = generators.forward(noise[None, 0])[0].T.clone()
    critic = as_modules(start.network, 0, nn.ReLU)
    optimizer = torch.optim.Adam(critic.parameters(), lr=8e-3, betas=(0.0, 0.99))
    penalty = penalty_by_autograd(critic, torch.lerp(fake, real, between), one_sided=True)
    gap = critic(real).mean() - critic(fake).mean()
    (-gap + penalty).backward()
    optimizer.step()
    assert seen[0].loss.gap[0].item() == pytest.approx(gap.item(), abs=1e-6)
    assert seen[0].loss.penalty[0].item() == pytest.approx(penalty.item(), abs=1e-6)
    model = as_modules(generators.network, 0, nn.Tanh)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, betas=(0.0, 0.99))
    (-critic(model(noise[1].T)).mean()).backward()
    optimizer.step()
    for layer, linear in enumerate(linear_layers(model)):
        assert torch.allclose(result.raw.network.weights[layer][0], linear.weight, atol=2e-5)


def test_a_run_among_others_is_the_same_as_alone():
    together, states = trained([0, 1, 2, 3])
    alone, states_alone = trained([2, 9])
    for kind in ("weights", "biases"):
        pairs = zip(
            getattr(together.averaged.network, kind), getattr(alone.averaged.network, kind),
            strict=True,
        )  # fmt: skip
        for shared, own in pairs:
            assert torch.allclose(shared[2], own[0], atol=1e-6)
    for shared, own in zip(states, states_alone, strict=True):
        assert float(shared.loss.gap[2]) == pytest.approx(float(own.loss.gap[0]), abs=1e-6)


def test_a_run_that_diverges_leaves_the_others_alone():
    result, _ = trained([0, 1], recipe=changed(critic_learning_rate=1e38))
    assert not result.raw.network.parameters.isfinite().all()
    critic = Critic((2, 4, 1), 2)
    critic.network.initialize("he_normal", [0, 1])
    critic.network.weights[0][0].fill_(torch.nan)
    critic.fill_gradient(torch.rand(2, 2, 18), 1.0, one_sided=True)
    assert all(gradient[1].isfinite().all() for gradient in critic.network.weight_gradients)


def test_the_flops_of_a_step_are_those_of_its_matrix_products():
    result, _ = trained([0, 1])
    data, noise, critic, points = 4, 3, 16, 32
    generator = 2 * points * (noise * 8 + 8 * 8 + 8 * data)
    first = 2 * points * data * critic
    directions = 2 * 3 * points * (data + 1) * critic
    step = 3 * (generator + 3 * first + first + directions)
    own = 3 * generator - 2 * points * noise * 8 + 2 * first
    assert result.flops_per_step == step + own


@pytest.mark.parametrize(
    ("output", "function"),
    [
        ("tanh", torch.tanh),
        ("fold", lambda x: 2 / math.pi * torch.asin(torch.sin(math.pi / 2 * x))),
    ],
)
def test_bounded_generators_stay_inside_and_have_the_right_gradient(output, function):
    result, _ = trained([0, 1], recipe=changed(output=output))
    streams = [torch.Generator().manual_seed(seed) for seed in range(2)]
    assert result.raw.samples(3000, streams).abs().max() <= 1
    generators = Generators((3, 8, 4), 1, output)
    generators.network.initialize("he_normal", [0])
    noise = 3 * torch.randn(1, 3, 6)  # so that some values lie outside
    generators.forward(noise)
    toward = torch.randn(1, 4, 6)
    generators.backward(toward)
    first, second = (w[0].clone().requires_grad_() for w in generators.network.weights)
    (function(second @ torch.tanh(first @ noise[0])) * toward[0]).sum().backward()
    assert torch.allclose(generators.network.weight_gradients[0][0], first.grad, atol=1e-5)


def test_the_fold_reflects_at_the_faces():
    x = torch.tensor([-3.0, -1.25, -1.0, 0.3, 1.0, 1.25, 3.0, 3.5, 4.2])
    folded = torch.tensor([1.0, -0.75, -1.0, 0.3, 1.0, 0.75, -1.0, -0.5, 0.2])
    assert torch.allclose(fold(x), folded, atol=1e-6)
    y = torch.linspace(-20, 20, 1001)
    assert torch.allclose(fold(y), fold(y + 4), atol=1e-5)  # its period
    assert torch.allclose(fold(y), -fold(-y), atol=1e-5)  # as the identity, it is odd


@pytest.mark.parametrize("output", OUTPUTS)
def test_saved_generators_draw_the_same_samples(tmp_path, output):
    recipe = changed(output=output)
    result, _ = trained([0, 1], recipe=recipe)
    save_generators(result, tmp_path / "generators.safetensors", vars(recipe), [0, 1], 4)
    stored = load_weights(tmp_path / "generators.safetensors")
    assert stored.settings["seeds"] == [0, 1]
    for weights in ("averaged", "raw"):
        found = restore_generators(stored, weights)
        drawn = [
            generators.samples(5000, [torch.Generator().manual_seed(seed) for seed in range(2)])
            for generators in (found, getattr(result, weights))
        ]
        assert torch.equal(*drawn)
        assert drawn[0].shape == (2, 5000, 4)
        assert all(len(of_seed.unique(dim=0)) == 5000 for of_seed in drawn[0])
    first = untrained_generators(stored).network.parameters
    _, states = trained(
        [0, 1], recipe=dataclasses.replace(recipe, steps=10, generator_learning_rate=0)
    )
    assert torch.equal(first, states[0].raw.network.parameters)


def test_the_first_average_is_the_first_value():
    assert averaging_rate(20, 1) == 1
    rates = [averaging_rate(0, step) for step in range(1, 6)]
    mean = 0.0
    for value, rate in zip((3.0, 5.0, 1.0, 2.0, 9.0), rates, strict=True):
        mean += rate * (value - mean)
    assert mean == pytest.approx(4.0)  # a window of zero gives the mean of all


@pytest.mark.parametrize(
    ("headlines", "evaluation", "stays"),
    [
        ([0.1, 0.04, 0.06, 0.04, 0.03, 0.02], 4, True),
        ([0.1, 0.04, 0.03, 0.06, 0.03, 0.02], 2, False),
        ([0.1, 0.04, 0.06, 0.04], None, False),
        ([0.05, 0.05], None, False),
        ([np.inf, np.nan, 0.01, 0.01], 3, True),
    ],
)
def test_a_run_becomes_accurate_at_two_evaluations_in_succession(headlines, evaluation, stays):
    assert reach(headlines) == (evaluation, stays)


def test_a_run_that_is_not_accurate_at_its_end_was_not_reached():
    curves = {
        0: ((10, 0.2), (20, 0.04), (50, 0.03)),
        1: ((10, 0.2), (20, 0.1), (50, 0.04)),
        2: ((10, 0.04), (20, 0.04), (50, 0.06)),  # has passed by
        3: ((10, 0.04), (20, 0.03), (30, 0.06), (50, 0.04)),
    }
    rows = [
        {"seed": seed, "step": step, "value": value}
        for seed, curve in curves.items()
        for step, value in curve
    ]
    found = reached(pd.DataFrame(rows).sample(frac=1, random_state=0)).set_index("seed")
    assert found.steps.tolist() == [50, 50, 50, 20]
    assert found.reached.tolist() == [True, False, False, True]
    assert found.stays.tolist() == [True, False, False, False]


def test_medians_of_costs_and_their_intervals():
    costs = np.random.default_rng(0).normal(10, 1, 40)
    estimate = median_interval(costs)
    assert estimate.low < 10 < estimate.high
    assert estimate.n == 40
    ratio = ratio_interval(3 * costs, costs, factor=2.0)
    assert ratio.low < 6 < ratio.high
    assert median_interval([1, 2, np.inf]).value == 2
    assert median_interval([1, 2, np.inf, np.inf]).value == np.inf  # half were not reached
    assert np.isnan(ratio_interval([np.inf], [np.inf]).value)
    assert median_interval([2.0])[:1] == (2,)
    assert np.isnan(median_interval([2.0]).low)
    assert np.isnan(median_interval([]).value)


def test_the_reference_trains_and_ends_where_it_is_told_to():
    seen = []

    def watch(step, seconds, model, average):
        seen.append((step, float(average(torch.zeros(1, 2)).abs().sum())))
        return len(seen) == 3

    train_reference(
        2, 2, critic_widths=(8,), generator_widths=(8,), generator_activation=nn.Tanh,
        batch_size=16, critic_steps=1, penalty=1.0, one_sided=False, learning_rates=(1e-3, 1e-3),
        betas=(0.0, 0.9), averaging=1.0, steps=100, seed=0, watch=watch, every=5,
    )  # fmt: skip
    assert [step for step, _ in seen] == [5, 10, 15]
    assert len({value for _, value in seen}) == 3


def test_evaluations_change_no_training_and_are_evenly_spaced(tmp_path):
    """The training job writes the networks that are trained without evaluations."""
    plain, _ = trained([0, 1])
    paths = [tmp_path / name for name in ("metrics.parquet", "generators.safetensors")]
    train("run", 4, 3, vars(RECIPE), [0, 1], 3, 1000, "cpu", *paths)
    stored = restore_generators(load_weights(paths[1]))
    assert torch.equal(stored.network.parameters, plain.averaged.network.parameters)
    rows = read_table(paths[0]).to_pandas()
    headlines = rows[rows.metric == "headline"]
    assert sorted(headlines.step) == [10, 10, 20, 20, 30, 30]
    assert set(headlines.seed) == {0, 1}
