"""The measures of uniformity agree with theory and with other code, and detect known flaws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import cdist

from dlse.studies.wgan.measure.classifiers import (
    accuracy,
    boosted_trees,
    classifier_accuracy,
    network,
    rule,
)
from dlse.studies.wgan.measure.known_flaws import FOLDED_NOISE, KNOWN_FLAWS
from dlse.studies.wgan.measure.readings import norm_distance, total_variation
from dlse.studies.wgan.measure.sliced_wasserstein import (
    RANDOM_DIRECTIONS,
    SIGMA,
    Measure,
    noise_floor,
    projection_bank,
    true_samples,
    two_sample_floor,
)
from dlse.studies.wgan.measure.uniformity import (
    MEASURES,
    SEARCHED,
    covariance_error,
    intrinsic_dimension,
    nearest_neighbor_accuracy,
    overshoot,
    panel,
    prediction_interval,
    square_correlation,
)
from dlse.studies.wgan.measure.worst_direction import distance_along, optimized_direction

N = 20_000
DRAWN = (1 + SEARCHED) * N  # for a panel

pytestmark = pytest.mark.xdist_group("uniformity")  # the intervals are computed once


@pytest.fixture(scope="module")
def measures() -> dict[int, Measure]:
    return {dim: Measure(dim, N) for dim in (5, 20)}


@pytest.fixture(scope="module")
def limits(measures) -> dict[int, dict[str, tuple[float, float]]]:
    """The prediction intervals of true samples."""
    found = {}
    for dim, measure in measures.items():
        values = [panel(true(dim, DRAWN, 100 + seed), measure, seed) for seed in range(12)]
        found[dim] = {m: prediction_interval([v[m] for v in values]) for m in MEASURES}
    return found


def true(dim: int, n: int, seed: int) -> np.ndarray:
    return true_samples(dim, n, np.random.default_rng(seed))


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


@pytest.mark.parametrize("dim", [2, 5, 20])
def test_the_distribution_functions_are_those_of_the_truth(dim):
    """Those of each kind of direction agree with those of independent samples."""
    measure = Measure(dim, 4000)
    big = true(dim, 1_000_000, 77)
    for row in (0, dim, len(measure.bank) - RANDOM_DIRECTIONS, len(measure.bank) - 1):
        end = measure._ends[row, 0]
        edges = np.linspace(-end, end, measure.BINS + 1)[1:]
        shares = np.searchsorted(np.sort(big @ measure.bank[row]), edges) / len(big)
        assert np.abs(measure._shares[row] - shares).mean() * 2 * end / SIGMA < 0.004


@pytest.mark.parametrize("dim", [2, 20])
@pytest.mark.parametrize("factor", [0.5, 1, 1.05, 4])
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


def test_true_samples_pass_and_two_sets_of_them_are_further_apart_than_one_from_the_truth(measures):
    for measure in measures.values():
        one, two = noise_floor(measure, 10), two_sample_floor(measure, 10)
        assert one.max() < 0.05
        assert np.median(one) < np.median(two) < 2 * np.median(one)


@pytest.mark.parametrize("dim", [5, 20])
def test_true_samples_are_inside_every_interval(measures, limits, dim):
    for name, value in panel(true(dim, DRAWN, 9), measures[dim], 99).items():
        low, high = limits[dim][name]
        assert low <= value <= high, name


@pytest.mark.parametrize("dim", [5, 20])
@pytest.mark.parametrize("name", KNOWN_FLAWS)
def test_each_known_flaw_is_detected_by_the_measures_named_for_it(measures, limits, name, dim):
    flaw = KNOWN_FLAWS[name]
    found = panel(flaw.sample(dim, DRAWN, np.random.default_rng(11)), measures[dim], 98)
    assert set(flaw.seen_by) <= set(MEASURES)
    # Three standard errors.
    assert found["classifier_accuracy"] > (1 + found["outside_share"]) / 2 - 0.012
    for measure in flaw.seen_by:
        low, high = limits[dim][measure]
        assert not low <= found[measure] <= high, measure


@pytest.mark.parametrize("dim", [5, 20])
def test_wide_noise_is_uniform_once_it_is_folded(measures, limits, dim):
    sampler = FOLDED_NOISE["folded_normal_2"].sample
    drawn = sampler(dim, DRAWN, np.random.default_rng(12))
    for name, value in panel(drawn, measures[dim], 97).items():
        low, high = limits[dim][name]
        assert low <= value <= high, name


def test_folded_noise_has_the_first_coefficient_of_theory():
    x = FOLDED_NOISE["folded_normal_1"].sample(1, 4_000_000, np.random.default_rng(13))
    assert np.cos(np.pi * (x + 1)).mean() == pytest.approx(-np.exp(-(np.pi**2) / 2), abs=0.0015)


def test_the_overshoot_is_what_lies_outside_times_how_far():
    samples = np.zeros((10, 4))
    samples[:3, 1] = 1.5
    samples[5, 0] = -2
    samples[6, 3] = -1
    assert overshoot(samples) == pytest.approx((3 * 0.5 + 1) / 40 / SIGMA)


def test_total_variation_is_bounded_by_what_lies_outside_by_marginals_and_by_classifiers():
    truth = true(5, 8000, 1)
    outside = true(5, 8000, 2)
    outside[:800, 0] += 2
    assert total_variation(outside, truth) == pytest.approx(0.1, abs=0.012)
    squeezed = true(5, 8000, 3)
    squeezed[:, 1] *= 0.8  # KS statistic 0.1
    assert total_variation(squeezed, truth) == pytest.approx(0.1, abs=0.012)
    parity = KNOWN_FLAWS["parity"].sample(5, 20_000, np.random.default_rng(4))
    # Half of the cube is empty, which only a classifier sees.
    assert total_variation(parity, true(5, 20_000, 5)) > 0.4
    assert total_variation(true(5, 20_000, 6), true(5, 20_000, 7)) < 0.05


@pytest.mark.parametrize("dim", [5, 20])
@pytest.mark.parametrize("manifold_dim", [1, 2, 3])
def test_samples_on_a_manifold_have_its_dimension(manifold_dim, dim):
    flaw = KNOWN_FLAWS[f"manifold_{manifold_dim}"]
    samples = flaw.sample(dim, 4000, np.random.default_rng(6))
    assert intrinsic_dimension(samples) == pytest.approx(manifold_dim, rel=0.1)


@pytest.mark.parametrize(
    "name", ["gaussian_copula", "parity", "squares", "manifold_2", "manifold_3"]
)
def test_a_flaw_that_hides_in_a_copula_leaves_the_marginals_uniform(name):
    samples = KNOWN_FLAWS[name].sample(6, N, np.random.default_rng(12))
    for column in samples.T:
        assert stats.kstest(column, "uniform", (-1, 2)).pvalue > 1e-4
    correlation = np.corrcoef(samples.T)[np.triu_indices(6, 1)]
    expected = 6 / np.pi * np.arcsin(0.05 / 2) if name == "gaussian_copula" else 0
    assert correlation == pytest.approx(expected, abs=0.03)


def test_the_nearest_neighbor_test_agrees_with_the_matrix_of_all_distances():
    generated, truth = 0.8 * true(3, 300, 1), true(3, 300, 2)
    both = np.concatenate([generated, truth])
    distances = cdist(both, both)
    np.fill_diagonal(distances, np.inf)
    label = np.arange(600) < 300
    expected = (label[distances.argmin(1)] == label).mean()
    assert nearest_neighbor_accuracy(generated, truth) == expected


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_dimension_of_a_smooth_set_is_found_at_any_scale(dim):
    place = np.random.default_rng(dim).random((3000, dim))
    flat = place @ np.linalg.qr(np.random.default_rng(0).normal(size=(8, dim)))[0].T
    assert intrinsic_dimension(flat) == pytest.approx(dim, rel=0.08)
    assert intrinsic_dimension(100 * flat) == pytest.approx(intrinsic_dimension(flat), rel=1e-6)


@pytest.mark.parametrize("dim", [2, 5, 20])
def test_the_distance_of_the_norm_is_that_of_theory(dim):
    """Scaling by s multiplies |x|², of mean dim/3 and standard deviation √(4 dim / 45), by s²."""
    samples = true(dim, 200_000, 1)
    assert norm_distance(samples, true(dim, 200_000, 2)) < 0.01
    expected = (1.1**2 - 1) * dim / 3 / np.sqrt(4 * dim / 45)
    found = norm_distance(1.1 * samples, true(dim, 200_000, 2))
    assert found == pytest.approx(expected, abs=0.01)


def test_the_optimized_direction_is_the_worst_one():
    """Two triples with a parity of signs differ most along ±x₁ ± x₂ ± x₃ of one triple, which is
    not in the bank."""
    samples = KNOWN_FLAWS["parity"].sample(6, 80_000, np.random.default_rng(3))
    direction = optimized_direction(samples, true(6, 80_000, 4), Measure(6, N))
    expected = np.array([1, 1, 1, 0, 0, 0]) / np.sqrt(3)
    assert max(np.abs(direction) @ expected, np.abs(direction) @ expected[::-1]) > 0.95


def test_the_distance_along_a_direction_is_scipys():
    one, other, direction = 0.9 * true(4, 3000, 1), true(4, 3000, 2), projection_bank(4)[-1]
    expected = stats.wasserstein_distance(one @ direction, other @ direction) / SIGMA
    assert distance_along(direction, one, other) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("learn", [boosted_trees, network])
def test_whatever_was_learned_what_lies_outside_is_generated(learn):
    samples, truth = 1.2 * true(3, 2000, 1), true(3, 2000, 2)
    classifier = learn(truth, samples, 0)  # with labels exchanged
    assert classifier(samples)[rule(samples)].all()


def test_the_best_classifier_comes_close_to_the_best_that_there_is():
    """A cube scaled by 1.2: what is inside is true with odds 1.2³ : 1."""
    samples, truth = 1.2 * true(3, N, 1), true(3, N, 2)
    best = 0.5 + (1 - 1.2**-3) / 2
    assert accuracy(rule, samples, truth) == pytest.approx(best, abs=0.01)
    assert classifier_accuracy(samples, truth, 0) == pytest.approx(best, abs=0.02)


def test_no_classifier_tells_true_samples_from_true_ones():
    found = [classifier_accuracy(true(5, N, 10 + k), true(5, N, 20 + k), k) for k in range(4)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.01)  # 4 standard errors


def test_repeated_points_have_no_dimension():
    assert intrinsic_dimension(np.repeat(true(4, 50, 1), 20, axis=0)) == 0


@settings(max_examples=20)
@given(st.integers(0, 1000), st.permutations(range(5)))
def test_the_order_of_samples_and_of_coordinates_does_not_matter(seed, order):
    measure, samples = SMALL, 0.9 * true(5, 1000, seed)
    mixed = np.random.default_rng(seed).permutation(samples)
    assert measure.distances(mixed) == pytest.approx(measure.distances(samples), abs=1e-6)
    fixed = len(measure.bank) - RANDOM_DIRECTIONS  # the random ones are not symmetric
    other = samples[:, order]
    one, two = (np.sort(measure.distances(x)[:fixed]) for x in (samples, other))
    assert one == pytest.approx(two, abs=1e-6)
    for function in (covariance_error, square_correlation, intrinsic_dimension):
        for same in (mixed, other):
            assert function(same) == pytest.approx(function(samples), rel=1e-3)


SMALL = Measure(5, 1000)


def test_samples_that_are_not_finite_are_infinitely_far():
    samples = true(5, 5000, 1)
    samples[3, 2] = np.nan
    assert SMALL.headline(samples[:1000]) == np.inf
    assert set(panel(samples, SMALL, 0).values()) == {np.inf}


def test_the_prediction_interval_contains_one_more_value_as_often_as_it_says():
    random = np.random.default_rng(3)
    inside = 0
    for _ in range(2000):
        *values, one_more = random.normal(size=11)
        low, high = prediction_interval(values, confidence=0.9)
        inside += low <= one_more <= high
    assert stats.binomtest(inside, 2000, 0.9).pvalue > 1e-3
