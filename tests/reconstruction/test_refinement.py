"""Refined codes fit an image better than the encoder's, or as well."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlse.images.digits import digits
from dlse.studies.reconstruction.autoencoder import (
    autoencoder_beside,
    plain_autoencoder,
    train_autoencoder,
)
from dlse.studies.reconstruction.pca import fit_pca
from dlse.studies.reconstruction.refinement import refined_codes

SETTINGS = {
    "hidden_widths": [32], "learning_rate": 0.01, "weight_decay": 0.0, "batch_size": 128,
    "epochs": 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def data():
    found = digits()
    train, test = (
        torch.from_numpy(x.reshape(-1, 784).astype("float32") / 255)
        for x in (found.train_images, found.test_images)
    )
    return fit_pca(train.numpy()), train, test


@pytest.fixture(scope="module")
def trained(data):
    pca, train, _ = data
    return train_autoencoder(pca, 4, SETTINGS, 0, train, {}, torch.float32)[0].eval()


@torch.no_grad()
def errors(model, codes, x):
    return (model.decode(codes) - x).square().sum(1)


def test_the_error_falls_and_the_network_stays_as_it_is(data, trained):
    test = data[2]
    before = {name: value.clone() for name, value in trained.state_dict().items()}
    codes = refined_codes(trained, test, 30)
    with torch.no_grad():
        start = trained.encode(test)
    assert codes.shape == start.shape
    assert (errors(trained, codes, test) <= errors(trained, start, test)).all()
    assert errors(trained, codes, test).mean() < 0.98 * errors(trained, start, test).mean()
    for name, value in trained.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(p.grad is None or not p.grad.any() for p in trained.parameters())


@given(seed=st.integers(0, 10**6), steps=st.integers(1, 12), scale=st.floats(0, 10))
def test_no_code_is_worse_than_the_encoder_s(data, seed, steps, scale):
    """Whatever the network and the images."""
    torch.manual_seed(seed)
    model = plain_autoencoder(data[0], 3, [8]).eval()
    x = scale * torch.rand(9, 784)
    with torch.no_grad():
        start = model.encode(x)
    assert (errors(model, refined_codes(model, x, steps), x) <= errors(model, start, x)).all()


def test_the_code_of_an_image_does_not_depend_on_the_others(data, trained):
    test = data[2][:20]
    together = refined_codes(trained, test, 20)
    alone = torch.cat([refined_codes(trained, x, 20) for x in test.split(1)])
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-3)


def test_pca_s_codes_are_the_best_already(data):
    pca, _, test = data
    model = autoencoder_beside(pca, 5, [8]).eval()  # untrained: it is PCA
    with torch.no_grad():
        start = model.encode(test)
    torch.testing.assert_close(refined_codes(model, test, 20), start, rtol=1e-2, atol=1e-2)
