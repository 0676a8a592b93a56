"""WGAN-GP: the closed form agrees with automatic differentiation, runs together with runs alone."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats
from torch import nn

from dlse.networks.streams import generator
from dlse.networks.weights import load_weights
from dlse.studies.wgan.cost import (
    median_cost,
    median_interval,
    paired_ratio_interval,
    power_law,
    ratio_interval,
    reach,
    reached,
    scaling_law,
    seconds_interval,
    seconds_ratio_interval,
    survival,
)
from dlse.studies.wgan.critic import Critic
from dlse.studies.wgan.evaluations import Evaluations
from dlse.studies.wgan.measure.readings import READINGS, worst_marginal_ks
from dlse.studies.wgan.networks import (
    Generators,
    Recipe,
    State,
    averaging_rate,
    restore_generators,
    save_generators,
    supervised_generators,
    train_wgan,
    untrained_generators,
)
from dlse.studies.wgan.outputs import OUTPUTS, fold
from dlse.studies.wgan.reference import (
    as_modules,
    linear_layers,
    penalty_by_autograd,
    train_reference,
)
from dlse.workflow.tables import Metrics

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


@pytest.mark.parametrize("hidden", [(16,), (12, 9)])
def test_the_gradient_with_respect_to_the_input_is_that_of_automatic_differentiation(hidden):
    critic = Critic((5, *hidden, 1), 2, torch.float64)
    critic.network.initialize("he_normal", ["a", "b"])
    for points in (7, 40, 3):  # buffers of one size serve another
        x = torch.randn(2, 5, points, dtype=torch.float64)
        found = critic.input_gradient(x)
        for member in range(2):
            at = x[member].T.clone().requires_grad_()
            peer = as_modules(critic.network, member, nn.ReLU)
            (expected,) = torch.autograd.grad(peer(at).sum(), at)
            assert (found[member].T - expected).abs().max() < 1e-12


def test_where_all_units_are_off_the_loss_has_no_gradient():
    critic = Critic((2, 3, 1), 2, torch.float64)
    critic.network.biases[0].fill_(-9.0)
    x = torch.rand(2, 2, 15, dtype=torch.float64)
    loss = critic.fill_gradient(x, 1.0, one_sided=False)
    assert loss.penalty.tolist() == [1.0, 1.0]
    assert loss.gap.tolist() == [0.0, 0.0]
    assert critic.network.gradient.isfinite().all()
    assert not critic.network.gradient.any()


@pytest.mark.parametrize("widths", [(2, 1), (2, 3, 2)])
def test_a_critic_without_a_hidden_layer_or_with_two_outputs_is_refused(widths):
    with pytest.raises(ValueError, match="no critic"):
        Critic(widths, 1)


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


def test_a_generator_can_be_fitted_to_the_map_that_makes_noise_uniform(tmp_path):
    result, _ = trained([0, 1], noise_dim=4)
    save_generators(result, tmp_path / "generators.safetensors", vars(RECIPE), [0, 1], 4)
    fitted = supervised_generators(load_weights(tmp_path / "generators.safetensors"), 0)
    samples = fitted.samples(5000, [torch.Generator().manual_seed(0)])[0].numpy()
    assert samples.shape == (5000, 4)
    # What the adversarial training of thirty steps has not reached.
    assert worst_marginal_ks(samples) < 0.1
    (trained_samples, _) = result.averaged.samples(
        5000, [torch.Generator().manual_seed(seed) for seed in (0, 1)]
    ).numpy()
    assert worst_marginal_ks(trained_samples) > 0.15


def test_more_samples_begin_with_the_same_ones():
    generators = Generators((3, 8, 4), 2)
    generators.network.initialize("he_normal", [0, 1])
    few, many = (
        generators.samples(n, [torch.Generator().manual_seed(seed) for seed in range(2)])
        for n in (3000, 7000)
    )
    assert torch.equal(few, many[:, :3000])


def test_the_first_average_is_the_first_value():
    assert averaging_rate(20, 1) == 1
    rates = [averaging_rate(0, step) for step in range(1, 6)]
    mean = 0.0
    for value, rate in zip((3.0, 5.0, 1.0, 2.0, 9.0), rates, strict=True):
        mean += rate * (value - mean)
    assert mean == pytest.approx(4.0)  # a window of zero gives the mean of all


def test_the_reference_ends_where_it_is_told_to():
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


def test_a_run_that_is_not_accurate_at_its_end_is_censored():
    curves = {
        0: ((10, 0.2), (20, 0.04), (50, 0.03)),  # when it became accurate is known to 30 steps
        1: ((10, 0.2), (20, 0.1), (50, 0.04)),
        2: ((10, 0.04), (20, 0.04), (50, 0.06)),  # has passed by
        3: ((10, 0.04), (20, 0.03), (30, 0.06), (50, 0.04)),
    }
    rows = [
        {"seed": seed, "step": step, "norm": value}
        for seed, curve in curves.items()
        for step, value in curve
    ]
    found = reached(pd.DataFrame(rows).sample(frac=1, random_state=0), "norm").set_index("seed")
    assert found.steps.tolist() == [50, 50, 50, 20]
    assert found.reached.tolist() == [True, False, False, True]
    assert found.stays.tolist() == [True, False, False, False]
    assert found.resolution.tolist() == [30, 0, 0, 10]


@pytest.mark.parametrize("share_reached", [0, 0.5, 1])
@pytest.mark.parametrize("n", range(1, 30))
def test_the_median_is_where_the_survival_falls_to_a_half(n, share_reached):
    random = np.random.default_rng(n)
    costs = random.integers(1, 12, (20, n)).astype(float)
    is_reached = random.random((20, n)) < share_reached
    medians = median_cost(costs, is_reached)
    for i, median in enumerate(medians):
        at, left = survival(costs[i], is_reached[i])
        assert median == np.append(at[left <= 0.5 + 1e-12], np.inf)[0]
        assert median == median_cost(costs[i], is_reached[i])


def test_censored_runs_count_as_long_as_they_were_seen():
    """The textbook example: each cost multiplies the share by that of the runs still seen which
    are not accurate at it."""
    at, share = survival([1, 2, 2, 3, 4], [True, True, False, True, False])
    known = dict(zip(at, share, strict=True))
    assert known[1] == pytest.approx(4 / 5)
    assert known[2] == pytest.approx(4 / 5 * 3 / 4)
    assert known[3] == pytest.approx(4 / 5 * 3 / 4 * 1 / 2)
    assert median_cost([1, 2, 2, 3, 4], [True, True, False, True, False]) == 3
    assert median_cost([5, 5, 5], [False, True, True]) == 5
    assert median_cost([5, 5, 5], [False, False, False]) == np.inf


def test_intervals_of_costs_hold_the_truth():
    costs = np.random.default_rng(0).normal(10, 1, 40)
    estimate = median_interval(costs, np.ones(40))
    assert estimate.low < 10 < estimate.high
    assert estimate.n == 40
    ratio = ratio_interval((3 * costs, np.ones(40)), (costs, np.ones(40)))
    assert ratio.low < 3 < ratio.high


def test_one_run_has_no_interval_and_none_has_no_cost():
    one, none = ([2.0], [True]), ([], [])
    assert median_interval(*one).value == 2
    assert np.isnan(median_interval(*one).low)
    assert np.isnan(median_interval(*none).value)
    assert ratio_interval(([6.0], [True]), one).value == 3
    assert np.isnan(ratio_interval(none, one).value)


def test_cpu_seconds_vary_with_the_runs_and_with_the_timing_jobs():
    runs, jobs = (np.full(30, 200.0), np.ones(30)), np.array([1.0, 1.0, 1.2, 1.0, 1.0])
    found = seconds_interval(runs, jobs)
    assert (found.value, found.low, found.n) == (200, 200, 30)
    assert found.high > 200  # with equal runs, the jobs alone make the interval
    ratio = seconds_ratio_interval((5 * runs[0], runs[1]), runs, 2 * jobs, jobs)
    assert (ratio.value, ratio.low, ratio.high, ratio.n) == (10, 10, 10, 60)  # ratios within a job
    never = seconds_interval((runs[0], np.zeros(30)), jobs)
    assert never.value == np.inf


def test_runs_of_one_seed_are_compared_with_each_other():
    """What a seed adds to both costs is not in the interval of their ratio."""
    gflop = np.random.default_rng(0).lognormal(0, 1, 12)
    below = pd.DataFrame({"seed": range(12), "gflop": gflop, "reached": 1.0})
    above = below.assign(gflop=2 * gflop).sample(frac=1, random_state=0)
    found = paired_ratio_interval(above, below)
    assert found == pytest.approx((2, 2, 2, 12))
    alone = ratio_interval((above.gflop, above.reached), (below.gflop, below.reached))
    assert alone.high > 2.5


def test_a_power_law_is_found_and_predicts():
    dims, random = np.array([2, 5, 10, 20]), np.random.default_rng(0)
    exact = power_law(dims, 0.1 * dims**1.5, 50)
    assert exact.exponent[:3] == pytest.approx((1.5, 1.5, 1.5))
    assert exact.predicted[:3] == pytest.approx([0.1 * 50**1.5] * 3)
    inside = 0
    for _ in range(400):
        costs = 0.1 * dims**1.5 * random.lognormal(0, 0.2, 4)
        predicted = power_law(dims, costs, 50).predicted
        inside += predicted.low < 0.1 * 50**1.5 * random.lognormal(0, 0.2) < predicted.high
    assert 0.91 < inside / 400 < 0.98
    known = stats.linregress(np.log(dims), np.log(costs))
    found = power_law(dims, costs, 50).exponent
    half = stats.t.ppf(0.975, 2) * known.stderr
    assert found[:3] == pytest.approx((known.slope, known.slope - half, known.slope + half))


def test_the_largest_dimension_is_predicted_and_not_fitted():
    runs = pd.DataFrame(
        {"dim": [2, 5, 10, 50], "gflop": [2.0, 5, 10, 999], "reached": [1, 1, 1, 0]}
    )
    law = scaling_law(runs, "gflop")
    assert law.exponent.value == pytest.approx(1)
    assert law.predicted.value == pytest.approx(50)
    assert scaling_law(runs[1:], "gflop") is None  # two dimensions have no interval
    assert scaling_law(runs.assign(reached=[1, 0, 1, 1]), "gflop") is None
    assert scaling_law(runs[:0], "gflop") is None


def evaluated(
    values: dict[int, float], every: int, resolution: int, of: str = "headline"
) -> list[tuple[int, str]]:
    """The steps at which one run is evaluated by the reading `of`, and with which split, if its
    value after a step is that of `values`. The other readings are far from accurate."""
    rows = Metrics("wgan")
    evaluations = Evaluations(2, 100, [0], every, resolution, rows)
    network = Generators((2, 4, 2), 1)

    class Known:
        """Reads the value of the weights that the generator has at this evaluation."""

        def values(self, _, readings=READINGS):
            value = values[int(network.network.parameters[0])]
            return {r: value if r == of else 0.3 for r in readings}

    evaluations._readings = Known()
    for step in values:
        network.network.parameters.fill_(step)
        evaluations.watch(State(step, 0.0, None, network, network))
        assert (network.network.parameters == step).all()  # evaluations change nothing
    of_it = [row for row in rows.rows if row["metric"] == of]
    assert all(row["value"] == values[row["step"]] for row in of_it)
    return [(row["step"], row["split"]) for row in of_it]


def test_evaluations_are_close_where_a_run_becomes_accurate():
    steps = range(10, 130, 10)
    falling = dict(zip(steps, np.linspace(0.2, 0.01, 12), strict=True))  # below 5 % from 100 on
    between = [step for step, split in evaluated(falling, 40, 10) if split == "between"]
    assert between == [90, 100, 110]
    regular = [step for step, split in evaluated(falling, 40, 10) if split == "averaged"]
    assert regular == [40, 80, 120]
    assert evaluated(dict.fromkeys(steps, 0.2), 40, 10) == [(s, "averaged") for s in (40, 80, 120)]
    accurate = evaluated(dict.fromkeys(steps, 0.02), 40, 10)
    assert [step for step, _ in accurate] == [10, 20, 40, 80, 120]  # only until it is confirmed


def test_a_slow_reading_is_measured_evenly_and_until_it_is_accurate():
    steps = range(10, 210, 10)
    falling = dict(zip(steps, np.linspace(0.2, 0.01, 20), strict=True))  # below 5 % from 170 on
    found = evaluated(falling | {160: 0.04, 200: 0.03}, 40, 10, "total_variation")
    assert found == [(step, "averaged") for step in (40, 80, 120, 160, 200)]
    early = evaluated(dict.fromkeys(steps, 0.02), 40, 10, "total_variation")
    assert early == [(40, "averaged"), (80, "averaged")]


def test_the_training_does_not_depend_on_evaluations():
    plain, _ = trained([0, 1])
    rows = Metrics("wgan")
    evaluations = Evaluations(4, 200, [0, 1], 10, 5, rows)
    watched = train_wgan(4, 3, RECIPE, [0, 1], evaluations.watch, 5)
    for one, other in zip(
        plain.averaged.network.weights, watched.averaged.network.weights, strict=True
    ):
        assert torch.equal(one, other)
    assert {row["step"] for row in rows.rows} >= {10, 20, 30}


def test_the_largest_statistic_of_a_marginal_is_scipys():
    samples = np.random.default_rng(0).uniform(-1.1, 1, (500, 3)).astype(np.float32)
    known = [stats.kstest(column, stats.uniform(-1, 2).cdf).statistic for column in samples.T]
    assert worst_marginal_ks(samples) == pytest.approx(max(known), abs=1e-6)
