"""The peer of the autoencoder is a working one."""

from itertools import pairwise

import pytest
import torch
from dlse.studies.benchmark.plain_autoencoder import (
    build_plain_autoencoder,
    train_plain_autoencoder,
)

from dlse.networks.training import as_tensor, n_parameters


def test_it_has_the_layers_that_it_says():
    layers = [784, 1000, 500, 250, 30, 250, 500, 1000, 784]
    expected = sum((ins + 1) * outs for ins, outs in pairwise(layers))
    assert n_parameters(build_plain_autoencoder(784, 30)) == expected


def test_it_learns_and_repeats_itself(small):
    x = as_tensor(small.train_images).float().flatten(1) / 255
    watched = {"train": x}
    network, records, flops = train_plain_autoencoder(4, 15, 0, x, watched)
    untrained, _, _ = train_plain_autoencoder(4, 0, 0, x, watched)
    error = (network(x) - x).square().sum(1).mean().item()
    assert records[-1]["train_error"] == pytest.approx(error, rel=1e-5)
    assert error < 0.5 * (untrained(x) - x).square().sum(1).mean().item()
    # A product of matrices is 2 FLOP a weight and image forward, twice that backward, less the
    # gradient by the images themselves.
    weights = sum(p.numel() for p in network.parameters() if p.ndim == 2)
    assert flops == 15 * 2 * len(x) * (3 * weights - 784 * 1000)
    again, _, _ = train_plain_autoencoder(4, 15, 0, x, watched)
    for ours, others in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(ours, others)
