"""The autoencoder starts at PCA, and the linear autoencoder ends there."""

import numpy as np
import pytest
import torch

from dlse.images.augmentation import random_affine
from dlse.images.digits import digits
from dlse.studies.reconstruction import training
from dlse.studies.reconstruction.autoencoder import autoencoder_beside, plain_autoencoder
from dlse.studies.reconstruction.pca import (
    Pca,
    fit_pca,
    principal_angles,
    reconstruction_errors,
    training_errors,
)
from dlse.studies.reconstruction.training import (
    linear_error,
    squared_errors,
    train_autoencoder,
    train_linear_autoencoder,
)

SETTINGS = {
    "hidden_widths": [64, 32],
    "learning_rate": 0.01,
    "weight_decay": 0.0,
    "batch_size": 128,
    "epochs": 6,
}


@pytest.fixture(scope="module")
def data():
    found = digits()
    train, test = (
        x.reshape(-1, 784).astype(np.float32) / 255 for x in (found.train_images, found.test_images)
    )
    return fit_pca(train), torch.from_numpy(train), torch.from_numpy(test)


def test_before_training_the_autoencoder_is_pca(data):
    pca, _, test = data
    network = autoencoder_beside(pca, 8, [64, 32])
    error = squared_errors(network, test).mean().item()
    assert error == pytest.approx(reconstruction_errors(pca, test.numpy())[8], rel=1e-5)


def test_the_plain_autoencoder_is_the_same_network_and_knows_nothing_of_pca(data):
    pca, train, test = data
    beside, plain = (build(pca, 8, [64, 32]) for build in (autoencoder_beside, plain_autoencoder))
    sizes = [{name: p.shape for name, p in m.named_parameters()} for m in (beside, plain)]
    assert sizes[0] == sizes[1]
    errors = reconstruction_errors(pca, test.numpy())
    assert squared_errors(plain, test).mean().item() > errors[0]
    # Where the components point makes no difference to it.
    turned = Pca(pca.mean, pca.components[:, ::-1], pca.eigenvalues, pca.n)
    results = [
        train_autoencoder(
            of, 8, SETTINGS, 0, train, {"test": test}, torch.float32, build=plain_autoencoder
        )[1][-1]["test_error"]
        for of in (pca, turned)
    ]
    assert results[0] == results[1]
    assert results[0] < 0.7 * errors[0]


def test_training_improves_on_pca_and_repeats_exactly(data):
    pca, train, test = data
    runs = [
        train_autoencoder(pca, 2, SETTINGS, 0, train, {"test": test}, torch.float32)
        for _ in range(2)
    ]
    (network, records, flops), (_, again, _) = runs
    assert [r["test_error"] for r in records] == [r["test_error"] for r in again]
    assert records[-1]["test_error"] < 0.95 * reconstruction_errors(pca, test.numpy())[2]
    assert squared_errors(network, test).mean().item() == pytest.approx(
        records[-1]["test_error"], rel=1e-6
    )
    # Two products per layer forward, and two more backward except for the input's gradient.
    assert flops > 4 * 2 * 784 * 64 * len(train) * SETTINGS["epochs"]


def test_without_augmentation_nothing_is_drawn_and_with_it_the_last_epochs_see_the_images(
    data, monkeypatch
):
    pca, train, _ = data

    def trained(**options) -> torch.Tensor:
        settings = {**SETTINGS, "epochs": 5, **options}
        network, _, _ = train_autoencoder(pca, 2, settings, 0, train, {}, torch.float32)
        return network.encoder[0].weight

    assert torch.equal(trained(), trained(augmentation=0.0))
    calls = []

    def noted(images, strength, stream, shift):
        calls.append((len(images), strength, shift))
        return random_affine(images, strength, stream, shift)

    monkeypatch.setattr(training, "random_affine", noted)
    assert not torch.equal(trained(), trained(augmentation=0.3))
    assert set(calls) == {(28, 0.3, False)}  # batches of 1,438 // 50 images
    assert len(calls) == 4 * (len(train) // 28)


def test_counting_flops_leaves_the_network_alone(data):
    pca, train, _ = data
    network, _, _ = train_autoencoder(pca, 2, SETTINGS, 0, train, {}, torch.float32)
    tracked = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm1d)]
    steps = len(train) // 28 * SETTINGS["epochs"]  # batches of 1,438 // 50 images
    assert {int(m.num_batches_tracked) for m in tracked} == {steps}


def test_the_linear_autoencoder_ends_at_pca(data):
    pca, train, _ = data
    encoder, decoder = train_linear_autoencoder(pca, 5, 1000, seed=0)
    error = linear_error(pca, encoder, decoder)
    assert error == pytest.approx(training_errors(pca)[5], rel=1e-6)
    assert principal_angles(decoder, pca.components[:, :5]).max() < 0.1
    # The error from the scatter matrix is the one measured on the images.
    x = train.numpy().astype(np.float64)
    codes = (x - pca.mean) @ encoder.T
    measured = np.square(x - pca.mean - codes @ decoder.T).sum(1).mean()
    assert error == pytest.approx(measured, rel=1e-9)
