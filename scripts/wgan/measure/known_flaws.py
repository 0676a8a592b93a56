"""Distributions near the uniform one on [−1, 1]^d with a known flaw, which a measure of uniformity
should detect; and normal noise folded into the cube, which needs no training."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import ndtr

from dlse.studies.wgan.measure.sliced_wasserstein import SIGMA, true_samples
from dlse.studies.wgan.outputs import fold

Sampler = Callable[[int, int, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Flaw:
    """A flawed distribution."""

    description: str  # for the reader
    sample: Sampler  # draws `[n, dim]` samples, given dim, n and a random generator
    seen_by: tuple[str, ...]  # measures that must detect it, on 20,000 samples, d = 5 and 20


def _shift(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    samples = true_samples(dim, n, random)
    samples[:, 0] += 0.05 * SIGMA
    return samples


def _scale(factor: float) -> Sampler:
    return lambda dim, n, random: factor * true_samples(dim, n, random)


def _without(is_missing: Callable[[np.ndarray], np.ndarray]) -> Sampler:
    """True samples without those in a missing part."""

    def sample(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
        drawn = true_samples(dim, 2 * n, random)
        return drawn[~is_missing(drawn)][:n]

    return sample


def _gaussian(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    return random.normal(0, SIGMA, (n, dim)).astype(np.float32)


def _gaussian_copula(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    common, own = random.normal(size=(n, 1)), random.normal(size=(n, dim))
    normal = np.sqrt(0.05) * common + np.sqrt(0.95) * own
    return (2 * ndtr(normal) - 1).astype(np.float32)


def _parity(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    samples = true_samples(dim, n, random)
    for third in range(2, dim, 3):
        sign = np.sign(samples[:, third - 2] * samples[:, third - 1])
        samples[:, third] = sign * np.abs(samples[:, third])
    return samples


def _squares(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    samples = true_samples(dim, n, random)
    equal = random.random(n) < 0.25  # these samples have x₂ = ± x₁
    samples[equal, 1] = samples[equal, 0] * random.choice([-1, 1], equal.sum())
    return samples


def _manifold(manifold_dim: int) -> Sampler:
    """Triangle waves along integer vectors. Marginals are uniform, and on manifolds of two or more
    dimensions pairs of coordinates are independent. Waves shorter than the distances between
    samples would hide that the set is thin; these are longer."""

    def sample(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
        place = random.random((n, manifold_dim))
        waves = np.abs(4 * (place @ _wave_vectors(manifold_dim, dim)) % 4 - 2) - 1
        return waves.astype(np.float32)

    return sample


def _wave_vectors(manifold_dim: int, dim: int) -> np.ndarray:
    """Integer vectors `[manifold_dim, dim]`: the shortest ones of which no two are parallel. In one
    dimension all are parallel, and the vectors are different random integers."""
    if manifold_dim == 1:
        return np.random.default_rng(1).choice(np.arange(8, 250), (1, dim), replace=False)
    vectors = [
        vector
        for vector in itertools.product(range(-6, 7), repeat=manifold_dim)
        if math.gcd(*vector) == 1 and next(filter(None, vector)) > 0
    ]
    return np.array(sorted(vectors, key=lambda vector: np.square(vector).sum())[:dim]).T


def _radial_squeeze(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    """The distance from the center is pulled towards its usual value: mass sits on a shell."""
    samples = true_samples(dim, n, random)
    norm = np.linalg.norm(samples, axis=1, keepdims=True)
    return samples * (0.7 + 0.3 * np.sqrt(dim / 3) / norm).astype(np.float32)


def _leak(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    samples = true_samples(dim, n, random)
    leaks = random.random((n, dim)) < 0.03
    samples[leaks] = np.sign(samples[leaks]) * (1 + 0.05 * random.random(leaks.sum()))
    return samples


def _duplicates(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
    return true_samples(dim, 200, random)[random.integers(200, size=n)]


KNOWN_FLAWS = {
    "shift": Flaw("x₁ shifted by 5 % of σ", _shift, ("headline",)),
    "scale_095": Flaw("scaled by 0.95", _scale(0.95), ("covariance_error", "max_norm_ks")),
    "scale_105": Flaw(
        "scaled by 1.05", _scale(1.05), ("covariance_error", "max_norm_ks", "outside_share")
    ),
    "slab": Flaw(
        "|x₁| < 0.1 missing", _without(lambda x: np.abs(x[:, 0]) < 0.1), ("worst_marginal_ks",)
    ),
    "corner": Flaw(
        "x₁, x₂ > 0.5 missing", _without(lambda x: (x[:, :2] > 0.5).all(1)),
        ("headline", "worst_marginal_ks", "square_correlation"),
    ),
    "gaussian_copula": Flaw(
        "Gaussian copula, ρ = 0.05", _gaussian_copula, ("headline", "covariance_error")
    ),
    "gaussian": Flaw(
        "Gaussian of the same covariance", _gaussian,
        ("headline", "worst_marginal_ks", "max_norm_ks", "outside_share"),
    ),
    "parity": Flaw(
        "sign x₃ = sign x₁x₂, in triples", _parity,
        ("optimized_direction", "nearest_neighbor_accuracy", "classifier_accuracy"),
    ),
    "squares": Flaw(
        "x₂ = ± x₁ in a quarter", _squares, ("headline", "square_correlation")
    ),
    "radial_squeeze": Flaw(
        "|x| squeezed by 30 %", _radial_squeeze,
        ("norm_distance", "classifier_accuracy"),
    ),
    "leak": Flaw(
        "3 % of the xᵢ just outside", _leak, ("outside_share", "classifier_accuracy")
    ),
    "orthant": Flaw(
        "x₁, …, x₅ > 0 missing", _without(lambda x: (x[:, :5] > 0).all(1)),
        ("optimized_direction",),
    ),
    **{
        f"manifold_{k}": Flaw(
            f"on a folded manifold of {k} dimension{'s' * (k > 1)}", _manifold(k),
            ("nearest_neighbor_accuracy", "intrinsic_dimension"),
        )
        for k in (1, 2, 3)
    },
    "duplicates": Flaw(
        "200 points, repeated", _duplicates, ("nearest_neighbor_accuracy", "intrinsic_dimension")
    ),
}  # fmt: skip


def _folded_normal(spread: float) -> Sampler:
    def sample(dim: int, n: int, random: np.random.Generator) -> np.ndarray:
        noise = spread * random.standard_normal((n, dim), dtype=np.float32)
        return fold(torch.from_numpy(noise)).numpy()

    return sample


# What the fold makes of the generator's noise, as it is and twice as wide, without a network. For
# noise of spread s, the density of each coordinate is that of heat between two walls,
# (1 − 2 exp(−π²s²/2) cos(π(x + 1)) + …)/2. It differs from 1/2 by at most 1.4 %, and by 5e-9.
FOLDED_NOISE = {
    "folded_normal_1": Flaw("noise, folded", _folded_normal(1), ()),
    "folded_normal_2": Flaw("noise, twice as wide, folded", _folded_normal(2), ()),
}
