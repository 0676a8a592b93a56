"""Methods compared over seeds, with the seeds paired."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dlse.studies.reconstruction.comparison import (
    best_dims,
    epsilon,
    in_percent,
    least_favorable,
    shares,
)
from dlse.workflow.tables import Metrics, metrics_table

ERRORS = {  # by variant and latent dimension, one for each of three seeds
    ("pca", 2): (40.0, 42.0, 44.0),
    ("pca", 8): (20.0, 21.0, 22.0),
    ("pca", 9): (18.0, 19.0, 20.0),
    ("autoencoder", 2): (30.0, 31.5, 33.0),
    ("autoencoder", 8): (10.0, 11.0, 11.0),
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    found = Metrics("reconstruction", "mnist", split="test")
    for (variant, latent_dim), values in ERRORS.items():
        for seed, value in enumerate(values):
            where = {"variant": variant, "latent_dim": latent_dim, "seed": seed}
            found.add("epsilon", value, **where)
            found.add("epsilon", 99.0, step=1, **where)  # along the training
    return metrics_table(found.rows).to_pandas()


def test_shares_pair_the_seeds_where_both_methods_are(rows):
    table = shares(rows)
    assert list(table.columns) == [2, 8]
    fewer = shares(rows[(rows.variant == "pca") | (rows.seed < 2)])
    assert list(fewer.index) == [0, 1]
    assert fewer.equals(table[:2])
    np.testing.assert_allclose(table[8], [0.5, 11 / 21, 0.5])
    assert shares(rows, of="plain autoencoder").empty
    assert least_favorable(shares(rows, of="plain autoencoder")) is None


def test_intervals_are_students_over_the_seeds(rows):
    found = in_percent(shares(rows))[8]
    values = [50, 1100 / 21, 50]
    expected = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected)
    assert found.n == 3
    assert least_favorable(shares(rows)).value == pytest.approx(75)
    assert epsilon(rows, "autoencoder", 8, "test").value == pytest.approx(32 / 3)
    assert epsilon(rows, "autoencoder", 9, "test") is None


def test_only_dimensions_that_the_paired_seeds_do_not_tell_apart_are_best_together():
    # All columns vary much with the seed, in the same way; only the differences count.
    common = np.array([0.1, 0.2, 0.3])
    above = {2: np.array([0.4, 0.41, 0.4]), 8: np.zeros(3), 16: np.array([0.02, -0.01, 0.01])}
    table = pd.DataFrame({d: common + more for d, more in above.items()})
    assert best_dims(table) == [8, 16]
    assert best_dims(table[[8, 2]]) == [8]
    assert best_dims(table[:1]) == [8, 2, 16]  # one seed tells nothing apart
