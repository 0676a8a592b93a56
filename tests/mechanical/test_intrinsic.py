"""The intrinsic dimension derived from a table of PCA's errors, against plain linear algebra."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlse.images.dataset import Samples
from dlse.studies.mechanical.intrinsic import (
    dims_for,
    participation_ratio,
    relative_errors,
    spectrum,
)
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors


@pytest.fixture(scope="module")
def x() -> np.ndarray:
    random = np.random.default_rng(0)
    return random.normal(size=(200, 6)) * [5, 3, 1, 0.5, 0.1, 0.1] @ random.normal(size=(6, 6))


@pytest.fixture(scope="module")
def rows(x) -> pd.DataFrame:
    """PCA of `x`, tested on the same samples, and an autoencoder with half its error."""
    errors = reconstruction_errors(fit_pca(x), x)[0]
    table = [
        {"variant": "pca", "split": split, "latent_dim": k, "value": error}
        for split in ("train", "test")
        for k, error in enumerate(errors)
    ]
    table += [
        {"variant": "autoencoder", "split": "test", "latent_dim": k, "value": errors[k] / 2}
        for k in (2, 4)
    ]
    return pd.DataFrame(table).assign(metric="epsilon", step=np.nan)


def test_the_spectrum_is_that_of_the_covariance(x, rows):
    eigenvalues = np.linalg.eigvalsh(np.cov(x.T))[::-1]
    np.testing.assert_allclose(spectrum(rows), eigenvalues / eigenvalues.sum())
    assert participation_ratio(rows) == pytest.approx(
        eigenvalues.sum() ** 2 / np.square(eigenvalues).sum()
    )


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_dims_for_a_share_explain_it_and_one_fewer_does_not(rows, share):
    kept = np.cumsum(spectrum(rows))
    k = dims_for(rows, share)
    assert kept[k - 1] >= share
    assert k == 1 or kept[k - 2] < share


def test_relative_errors_are_shares_of_the_variance(x, rows):
    variance = x.var(0).sum()
    pca, autoencoder = (relative_errors(rows, variant) for variant in ("pca", "autoencoder"))
    assert list(pca.index) == [2, 4]
    np.testing.assert_allclose(autoencoder, pca / 2)
    errors = reconstruction_errors(fit_pca(x), x)[0]
    np.testing.assert_allclose(pca, errors[[2, 4]] / variance)


@given(
    objects=st.integers(2, 40), snapshots=st.integers(1, 4), fraction=st.floats(0.1, 0.9),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_a_split_never_divides_an_object(objects, snapshots, fraction, seed):
    samples = Samples("", "1", snapshots, None, np.zeros((objects * snapshots, 1)))
    parts = [set(part) for part in samples.split(fraction, seed)]
    assert parts[0] | parts[1] == set(range(objects * snapshots))
    assert not parts[0] & parts[1]
    assert len({place // snapshots for place in parts[0]}) == len(parts[0]) / snapshots
