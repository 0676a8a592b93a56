"""PCA against scikit-learn, against theory, and under symmetries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.decomposition import PCA

from dlse.images.dataset import split
from dlse.images.digits import digits
from dlse.studies.reconstruction.pca import (
    fit_pca,
    load_pca,
    principal_angles,
    reconstruct,
    reconstruction_errors,
    save_pca,
    training_errors,
)


@pytest.fixture(scope="module")
def parts():
    images = digits().train_images.reshape(-1, 784) / 255
    train, test = split(len(images), 0.2, 0)
    return images[train], images[test]


@pytest.mark.parametrize("latent_dim", [1, 7, 30])
def test_errors_and_reconstructions_are_those_of_scikit_learn(parts, latent_dim):
    train, test = parts
    pca = fit_pca(train)
    peer = PCA(latent_dim, svd_solver="full").fit(train)
    expected = peer.inverse_transform(peer.transform(test))
    np.testing.assert_allclose(reconstruct(pca, test, latent_dim), expected, atol=1e-9)
    squares = np.square(test - expected).sum(1)
    mean = reconstruction_errors(pca, test)
    assert mean[latent_dim] == pytest.approx(squares.mean(), rel=1e-10)
    angles = principal_angles(pca.components[:, :latent_dim], peer.components_.T)
    assert angles.max() < 1e-5


def test_training_error_is_the_sum_of_the_discarded_eigenvalues(parts):
    train, _ = parts
    pca = fit_pca(train)
    measured = reconstruction_errors(pca, train)
    np.testing.assert_allclose(training_errors(pca), measured, atol=1e-10 * measured[0])
    assert measured[0] == pytest.approx(np.square(train - train.mean(0)).sum(1).mean())


@settings(max_examples=40)
@given(arrays(np.float64, (12, 5), elements=st.floats(-10, 10)), st.integers(0, 2**16))
def test_errors_fall_with_dimension_and_ignore_order_and_rotation(x, seed):
    stream = np.random.default_rng(seed)
    rotation = np.linalg.qr(stream.normal(size=(5, 5)))[0]
    errors = training_errors(fit_pca(x))
    assert (np.diff(errors) <= 1e-9).all()
    assert errors[-1] == 0
    moved = stream.permutation(x) @ rotation + 3.0
    np.testing.assert_allclose(training_errors(fit_pca(moved)), errors, atol=1e-8)


def test_a_saved_pca_is_the_same(tmp_path, parts):
    pca = fit_pca(parts[0])
    save_pca(pca, tmp_path / "pca.safetensors")
    loaded = load_pca(tmp_path / "pca.safetensors")
    assert loaded.n == pca.n
    np.testing.assert_array_equal(loaded.components, pca.components)
