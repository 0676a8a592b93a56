"""The plain autoencoder, with which ours is compared, works."""

from itertools import pairwise

import pytest
import torch

from dlse.networks.training import as_tensor, n_parameters
from dlse.studies.benchmark.plain_autoencoder import (
    build_plain_autoencoder,
    train_plain_autoencoder,
)


def test_it_has_the_layers_that_it_names():
    layers = [784, 1000, 500, 250, 30, 250, 500, 1000, 784]
    expected = sum((ins + 1) * outs for ins, outs in pairwise(layers))
    assert n_parameters(build_plain_autoencoder(784, 30)) == expected


def test_it_learns_and_repeats_itself(small):
    x = as_tensor(small.train_images).float().flatten(1) / 255
    watched = {"train": x}
    network, records = train_plain_autoencoder(4, 15, 0, x, watched)
    untrained, _ = train_plain_autoencoder(4, 0, 0, x, watched)
    error = (network(x) - x).square().sum(1).mean().item()
    assert records[-1]["train_error"] == pytest.approx(error, rel=1e-5)
    assert error < 0.5 * (untrained(x) - x).square().sum(1).mean().item()
    again, _ = train_plain_autoencoder(4, 15, 0, x, watched)
    for first, second in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(first, second)
