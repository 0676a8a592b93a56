"""The training loop of the larger networks, and its average of the weights."""

import copy

import pytest
import torch
from torch import nn

from dlse.networks.streams import generator
from dlse.networks.training import AVERAGED_FROM, adamw, batches, fit, one_cycle

N, EPOCHS, BATCH_SIZE = 203, 5, 4
STEPS = N // BATCH_SIZE * EPOCHS


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 1))


def data() -> torch.Tensor:
    return torch.randn(N, 3, generator=torch.Generator().manual_seed(1))


def loss_of(model: nn.Module):
    x = data()
    return lambda batch: (model(x[batch])[:, 0] - x[batch].sum(1).sin()).square().mean()


def fitted(**options) -> tuple[nn.Module, list[dict]]:
    """A trained network and the records of its first weight."""
    model = network()
    records, _ = fit(
        model, loss_of(model), N, epochs=EPOCHS, batch_size=BATCH_SIZE, learning_rate=0.01,
        weight_decay=0.1, seed=0, watch=lambda: {"weight": model[0].weight[0, 0].item()},
        **options,
    )  # fmt: skip
    return model, records


def states() -> list[dict[str, torch.Tensor]]:
    """The state after each step, from a plain loop."""
    model = network()
    loss, optimizer, order = loss_of(model), adamw(model, 0.01, 0.1), generator(0, "order")
    schedule, found = one_cycle(optimizer, 0.01, STEPS), []
    for _ in range(EPOCHS):
        for batch in batches(N, BATCH_SIZE, order):
            optimizer.zero_grad()
            loss(batch).backward()
            optimizer.step()
            schedule.step()
            found.append(copy.deepcopy(model.state_dict()))
    return found


def test_without_averaging_the_last_weights_stay():
    for model in (fitted()[0], fitted(averaging=0.0)[0]):
        for name, value in states()[-1].items():
            assert torch.equal(model.state_dict()[name], value), name


@pytest.mark.parametrize("averaging", [0.001, 0.1, 0.4, 1.0])
def test_averaging_is_the_moving_average_of_the_last_steps(averaging):
    visited = states()
    expected = {}
    window = max(1, averaging * STEPS)
    for since, state in enumerate(visited[int(AVERAGED_FROM * STEPS) :], 1):
        rate = 1 / min(since, window)
        for name, value in state.items():
            before = expected.get(name, 0.0)
            # Integers, such as the number of batches seen, are those of the last step.
            moving = value.is_floating_point()
            expected[name] = (1 - rate) * before + rate * value if moving else value
    model, records = fitted(averaging=averaging)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, expected[name], rtol=1e-5, atol=1e-6)
    if averaging >= 1 - AVERAGED_FROM:  # the window never fills: a plain mean
        last = torch.stack([s["0.weight"] for s in visited[int(AVERAGED_FROM * STEPS) :]])
        torch.testing.assert_close(model[0].weight.data, last.mean(0), rtol=1e-5, atol=1e-6)
    # The last record is of what is returned, the others of the weights at that time.
    assert records[-1]["weight"] == model[0].weight[0, 0].item()
    assert records[0]["weight"] == visited[STEPS // EPOCHS - 1]["0.weight"][0, 0].item()
