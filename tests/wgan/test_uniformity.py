"""The measures of uniformity agree with theory and with other code, and tell known flaws."""

import numpy as np
import pytest
from scipy import stats

from dlse.studies.wgan.sliced_wasserstein import (
    RANDOM_DIRECTIONS,
    SIGMA,
    Measure,
    noise_floor,
    projection_bank,
    true_samples,
)
from dlse.studies.wgan.uniformity import (
    classifier_accuracy,
    norm_distance,
    panel,
    worst_marginal_ks,
)

N = 20_000


def true(dim: int, n: int, seed: int) -> np.ndarray:
    return true_samples(dim, n, np.random.default_rng(seed))


def blurred() -> np.ndarray:
    """True samples with normal noise of 5 % of σ."""
    noise = np.random.default_rng(1).normal(0, 0.05 * SIGMA, (N, 5))
    return (true(5, N, 2) + noise).astype(np.float32)


def with_parity() -> np.ndarray:
    """The sign of x₃ is that of x₁x₂: marginals and pairs of coordinates are those of the truth."""
    samples = true(5, N, 3)
    samples[:, 2] = np.sign(samples[:, 0] * samples[:, 1]) * np.abs(samples[:, 2])
    return samples


def on_a_manifold() -> np.ndarray:
    """Triangle waves on three dimensions, with uniform marginals and independent pairs."""
    place = np.random.default_rng(4).random((N, 3))
    waves = np.array([[1, 0, 0, 1, 1], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1]])
    return (np.abs(4 * (place @ waves) % 4 - 2) - 1).astype(np.float32)


def without_a_corner() -> np.ndarray:
    """No sample has x₁, x₂ > 0.5."""
    drawn = true(5, 2 * N, 5)
    return drawn[~(drawn[:, :2] > 0.5).all(1)][:N]


# By flaw, the measures that must tell it at d = 5.
FLAWS = {
    blurred: {"outside_share", "classifier_accuracy"},
    with_parity: {"headline", "classifier_accuracy"},
    on_a_manifold: {"headline", "norm_distance", "classifier_accuracy"},
    without_a_corner: {"headline", "worst_marginal_ks", "norm_distance"},
}


def test_each_known_flaw_is_told_by_the_measures_that_must_tell_it():
    """Beyond the largest value of true samples by half. By its headline alone, the blurred
    distribution would pass."""
    measure = Measure(5, N)
    truths = [panel(true(5, N, 100 + seed), measure, seed) for seed in range(5)]
    chance = {"classifier_accuracy": 0.5}
    for flaw, must_tell in FLAWS.items():
        found = panel(flaw(), measure, 99)
        told = {
            name
            for name, value in found.items()
            if value - chance.get(name, 0)
            > 1.5 * max(of[name] - chance.get(name, 0) for of in truths)
        }
        assert must_tell <= told, flaw.__name__
    assert measure.headline(blurred()) < 0.05
    assert max(of["headline"] for of in truths) < 0.05
    assert np.mean([of["classifier_accuracy"] for of in truths]) == pytest.approx(0.5, abs=0.01)


def test_the_bank_has_the_axes_every_pair_and_random_directions():
    bank = projection_bank(20)
    assert bank.shape == (20 + 190 + RANDOM_DIRECTIONS, 20)
    assert np.linalg.norm(bank, axis=1) == pytest.approx(1, rel=1e-6)
    assert (bank[:20] == np.eye(20)).all()
    assert len(np.unique(bank, axis=0)) == len(bank)


def test_distances_agree_with_scipys_distances_from_many_true_samples():
    measure, samples = Measure(3, 2000), 0.9 * true(3, 2000, 1)
    many = true(3, 400_000, 2)
    found = measure.distances(samples)
    for row in (0, 2, 3, 5, 6, 20, 69):
        expected = stats.wasserstein_distance(samples @ measure.bank[row], many @ measure.bank[row])
        assert found[row] == pytest.approx(expected / SIGMA, abs=0.004)


@pytest.mark.parametrize("dim", [2, 20])
@pytest.mark.parametrize("factor", [0.5, 1, 4])
def test_distances_are_those_of_sorted_samples(dim, factor):
    """Along axes and diagonals the quantiles of the truth are known, and sorting needs no bins."""
    measure = Measure(dim, N)
    samples = np.float32(factor) * true(dim, N, 3)
    shares = (np.arange(N) + 0.5) / N
    lower = np.sqrt(2) * (np.sqrt(2 * np.minimum(shares, 1 - shares)) - 1)
    quantiles = {0: 2 * shares - 1, dim: np.where(shares < 0.5, lower, -lower)}
    found = measure.distances(samples)
    for row, of_truth in quantiles.items():
        known = np.abs(np.sort(samples @ measure.bank[row]) - of_truth).mean() / SIGMA
        assert found[row] == pytest.approx(known, abs=1e-4, rel=1e-3)


def test_a_shift_and_a_scale_have_the_distance_of_theory():
    measure = Measure(2, N)
    grid = np.stack([2 * (np.arange(N) + 0.5) / N - 1] * 2, 1)
    assert measure.distances(grid)[0] == pytest.approx(0, abs=1e-4)
    assert measure.distances(grid + 0.05 * SIGMA)[1] == pytest.approx(0.05, abs=1e-4)
    # E |x| = 1/2: scaling by 0.95 moves samples by 0.05/2 on average.
    assert measure.distances(0.95 * grid)[0] == pytest.approx(0.025 / SIGMA, abs=1e-4)


def test_true_samples_in_20_dimensions_pass():
    assert noise_floor(Measure(20, N), 5).max() < 0.03


def test_the_distance_of_the_norm_is_that_of_theory():
    """Scaling by s multiplies |x|², of mean dim/3 and standard deviation √(4 dim / 45), by s²."""
    samples = true(5, 200_000, 1)
    assert norm_distance(samples, true(5, 200_000, 2)) < 0.01
    expected = (1.1**2 - 1) * 5 / 3 / np.sqrt(4 * 5 / 45)
    found = norm_distance(1.1 * samples, true(5, 200_000, 2))
    assert found == pytest.approx(expected, abs=0.01)


def test_the_largest_statistic_of_a_marginal_is_scipys():
    samples = np.random.default_rng(0).uniform(-1.1, 1, (500, 3)).astype(np.float32)
    known = [stats.kstest(column, stats.uniform(-1, 2).cdf).statistic for column in samples.T]
    assert worst_marginal_ks(samples) == pytest.approx(max(known), abs=1e-6)


def test_the_classifier_comes_close_to_the_best_that_there_is():
    """A cube scaled by 1.2: what is inside is true with odds 1.2³ : 1."""
    samples, truth = 1.2 * true(3, N, 1), true(3, N, 2)
    best = 0.5 + (1 - 1.2**-3) / 2
    assert classifier_accuracy(samples, truth, 0) == pytest.approx(best, abs=0.02)


def test_samples_that_are_not_finite_are_infinitely_far():
    samples = true(5, 1000, 1)
    samples[3, 2] = np.nan
    found = panel(samples, Measure(5, 1000), 0)
    assert found == {
        "headline": np.inf, "worst_marginal_ks": np.inf, "norm_distance": np.inf,
        "outside_share": 0.001, "classifier_accuracy": 1.0,
    }  # fmt: skip
