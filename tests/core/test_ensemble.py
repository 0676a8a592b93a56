"""A member of an ensemble is the network that it would be alone."""

import itertools
import math

import pytest
import torch
from torch import nn

from dlse.networks.dropout import Dropout
from dlse.networks.ensemble import ACTIVATIONS, Ensemble
from dlse.networks.ensemble_training import Member, Schedule, train_ensemble
from dlse.networks.hardware import resolve_device
from dlse.networks.initializers import INITIALIZERS, draw_parameters
from dlse.networks.streams import generator
from dlse.workflow.errors import UserError

MODULES = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "tanh": nn.Tanh,
}
POINTS = 24
X = torch.linspace(-1, 1, POINTS, dtype=torch.float64)


class Recorded(nn.Module):
    """Dropout that drops what it is told to."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate, self.off = rate, None

    def forward(self, x):
        return x.masked_fill(self.off, 0) / (1 - self.rate)


class Plain(nn.Module):
    """One perceptron in ordinary modules."""

    def __init__(self, widths, activation, residual, rate) -> None:
        super().__init__()
        self.linear = nn.ModuleList(nn.Linear(*pair) for pair in itertools.pairwise(widths))
        self.activation, self.residual = MODULES[activation](), residual
        self.dropout = nn.ModuleList(Recorded(rate) for _ in widths[1:-1])

    def forward(self, x):
        for layer, linear in enumerate(self.linear[:-1]):
            out = self.activation(linear(x))
            if self.dropout[layer].rate:
                out = self.dropout[layer](out)
            x = x + out if self.residual and layer else out
        return self.linear[-1](x)


def members(n: int) -> list[Member]:
    """Each with settings of its own."""
    return [
        Member(seed, 0.003 * (1 + seed % 2), 1e-3 * (seed % 3), 2e-3 * (seed % 2), 0.1 * (seed % 3))
        for seed in range(n)
    ]


def targets(group: list[Member]) -> torch.Tensor:
    """Data of each member's own."""
    return torch.stack([torch.sin((3 + int(m.seed)) * X) for m in group])[:, None]


def trained(widths, group, schedule, activation="relu", residual=False, dtype=torch.float64):
    network = Ensemble(widths, len(group), activation, residual, dtype)
    network.initialize("pytorch", [member.seed for member in group])
    x = X.to(dtype).expand(len(group), 1, -1).contiguous()
    return network, train_ensemble(network, group, x, targets(group).to(dtype), schedule)


def alone(widths, member, schedule, activation, residual):
    """The losses of the same network by modules, autograd and torch.optim."""
    model = Plain(widths, activation, residual, member.dropout).double()
    for linear, (weight, bias) in zip(
        model.linear,
        draw_parameters("pytorch", widths, [member.seed]),
        strict=True,
    ):
        linear.weight.data, linear.bias.data = weight[0].double(), bias[0].double()
    if schedule.optimizer == "adam":
        optimizer = torch.optim.Adam(
            model.parameters(), member.learning_rate, (schedule.momentum, schedule.beta2)
        )
    else:
        optimizer = torch.optim.SGD(
            model.parameters(), member.learning_rate, momentum=schedule.momentum
        )
    points = POINTS // schedule.batches
    drops = Dropout(Ensemble(widths, 1), points, [member.dropout], [member.seed])
    order = generator(member.seed, "order")
    epochs = torch.rand(32, POINTS, generator=order).argsort(1).flatten().split(points)
    weights = [linear.weight for linear in model.linear]
    losses = []
    for step in range(schedule.steps):
        for group in optimizer.param_groups:
            group["lr"] = member.learning_rate * schedule.factor(step)
        if member.dropout:
            drops.advance()
            for layer, dropout in enumerate(model.dropout):
                off = torch.zeros(widths[layer + 1] * points, dtype=torch.bool)
                off[drops.dropped(layer)] = True
                dropout.off = off.view(widths[layer + 1], points).T
        index = epochs[step] if schedule.batches > 1 else torch.arange(POINTS)
        y = targets([member])[0, 0][index]
        loss = (model(X[index, None])[:, 0] - y).square().mean()
        losses.append(loss.item())
        total = loss + member.l1 * sum(w.abs().sum() for w in weights)
        total = total + member.l2 * sum(w.square().sum() for w in weights)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    return torch.tensor(losses, dtype=torch.float64)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("widths", "residual", "schedule"),
    [
        ((1, 5, 7, 1), False, Schedule(40)),
        ((1, 6, 6, 6, 1), True, Schedule(40, batches=3, warmup=0.2, decay=0.5)),
        ((1, 8, 1), False, Schedule(40, "sgd")),
    ],
)
def test_each_member_has_the_losses_of_the_same_network_alone(
    activation, widths, residual, schedule
):
    group = members(5)
    _, training = trained(widths, group, schedule, activation, residual)
    for member, losses in zip(group, training.losses, strict=True):
        expected = alone(widths, member, schedule, activation, residual)
        torch.testing.assert_close(losses, expected, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("activation", ["relu", "elu"])
@pytest.mark.parametrize("widths", [(1, 4, 4, 4, 1), (1, 32, 32, 1)])
@pytest.mark.parametrize("batches", [1, 3])
def test_a_member_is_the_same_to_the_last_bit_in_any_company(activation, widths, batches):
    group = members(9)
    schedule = Schedule(60, batches=batches)
    together, losses = trained(widths, group, schedule, activation, dtype=torch.float32)
    for part in (slice(0, 2), slice(2, 5), slice(5, 9)):
        apart, few = trained(widths, group[part], schedule, activation, dtype=torch.float32)
        assert torch.equal(few.losses, losses.losses[part])
        for some, all_ in zip(apart.weights, together.weights, strict=True):
            assert torch.equal(some, all_[part])


def test_a_member_that_diverges_leaves_the_others_alone():
    def with_rate(rate: float):
        group = [Member(0, 0.01), Member(2, rate), Member(1, 0.01)]
        return trained((1, 8, 8, 1), group, Schedule(30), dtype=torch.float32)[1]

    calm, wild = with_rate(0.02), with_rate(1e30)
    assert torch.equal(wild.losses[[0, 2]], calm.losses[[0, 2]])
    assert calm.diverged_at().tolist() == [-1, -1, -1]
    assert wild.diverged_at()[[0, 2]].tolist() == [-1, -1]
    assert 0 < wild.diverged_at()[1] < 30


def test_dropped_units_are_independent_with_the_given_rates():
    network = Ensemble((1, 20, 30, 1), 3)
    rates = [0.0, 0.02, 0.6]
    drops = Dropout(network, POINTS, rates, ["a", "b", "c"])
    steps = 4 * Dropout.STEPS
    counts = torch.zeros(3, 2)
    seen = torch.zeros(3, 20, POINTS)
    for _ in range(steps):
        drops.advance()
        for layer, width in enumerate((20, 30)):
            off = torch.zeros(3 * width * POINTS)
            off[drops.dropped(layer)] = 1
            off = off.view(3, width, POINTS)
            counts[:, layer] += off.sum((1, 2))
            if layer == 0:
                seen += off
    for member, rate in enumerate(rates):
        for layer, width in enumerate((20, 30)):
            n = steps * width * POINTS
            sigma = math.sqrt(rate * (1 - rate) / n)
            assert abs(counts[member, layer] / n - rate) <= 4 * sigma
        # No unit or point is favored: the variance over places is the binomial's.
        variance = steps * rate * (1 - rate)
        assert seen[member].var() == pytest.approx(variance, rel=0.35, abs=1e-9)


def test_slopes_are_the_derivative():
    for residual in (False, True):
        network = Ensemble((1, 6, 6, 6, 1), 4, "elu", residual, torch.float64)
        network.initialize("he_normal", range(4))
        x = X.expand(4, 1, -1).contiguous()
        slopes = network.slopes(x).clone()
        h = 1e-6
        numeric = (network.forward(x + h).clone() - network.forward(x - h)) / (2 * h)
        torch.testing.assert_close(slopes, numeric, rtol=1e-6, atol=1e-8)


def test_variances_of_the_initializers_are_their_definitions():
    outs, ins = 200, 300
    for name, variance in {
        "xavier_normal": 2 / (outs + ins),
        "xavier_uniform": 2 / (outs + ins),
        "he_normal": 2 / ins,
        "he_uniform": 2 / ins,
        "pytorch": 1 / (3 * ins),
    }.items():
        weight, bias = torch.zeros(outs, ins), torch.zeros(outs)
        INITIALIZERS[name](weight, bias, 1, generator(0, name))
        assert weight.var().item() == pytest.approx(variance, rel=0.03)
        assert (bias.abs().max() > 0) == (name == "pytorch")


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("xavier_normal", nn.init.xavier_normal_),
        ("xavier_uniform", nn.init.xavier_uniform_),
        ("he_normal", nn.init.kaiming_normal_),
        ("he_uniform", nn.init.kaiming_uniform_),
    ],
)
def test_weights_are_those_of_torch_to_the_last_bit(name, function):
    widths = (1, 4, 5, 6, 1)
    drawn = draw_parameters(name, widths, ["a", 7])
    for member, seed in enumerate(["a", 7]):
        stream = generator(seed, "weights")
        for (ins, outs), (weight, bias) in zip(itertools.pairwise(widths), drawn, strict=True):
            assert torch.equal(weight[member], function(torch.empty(outs, ins), generator=stream))
            assert not bias.any()


def test_asymmetric_rows_have_one_draw_of_beta():
    weight, bias = torch.zeros(4000, 3), torch.zeros(4000)
    INITIALIZERS["asymmetric"](weight, bias, 1, generator(0, "asymmetric"))
    both = torch.cat([weight, bias[:, None]], 1).double()
    # A quarter of the entries is Beta(2, 1), of mean 2/3; the others have mean zero.
    assert both.mean().item() == pytest.approx(2 / 3 / 4, abs=0.01)
    second = (0.5 + 3 * 0.6007**2 / 3) / 4
    assert both.square().mean().item() == pytest.approx(second, rel=0.05)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_device_that_is_not_there_is_one_sentence():
    with pytest.raises(UserError, match="device: cuda is asked for, but PyTorch finds no CUDA"):
        resolve_device("cuda")
    assert resolve_device("auto") == resolve_device("cpu") == "cpu"


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"equal widths, got \[4, 5\]"):
        Ensemble((1, 4, 5, 1), 2, residual=True)
    with pytest.raises(ValueError, match=r"must be in \[0, 1\)"):
        Dropout(Ensemble((1, 4, 1), 1), 8, [1.0], [0])
