"""The material law against finite differences, linear elasticity and frame indifference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlse.studies.mechanical.hyperelasticity import (
    determinant,
    energy,
    lame,
    stress,
    tangent,
)

LAM, MU = (float(modulus) for modulus in lame(np.array(128.0)))

entries = st.floats(-0.4, 0.4)
gradients = st.tuples(entries, entries, entries, entries).map(
    lambda values: np.eye(2) + np.reshape(values, (2, 2))
)


def difference(function, F, i, J, step=1e-6):
    """The derivative of `function` with respect to F_iJ."""
    moved = np.zeros((2, 2))
    moved[i, J] = step
    return (function(F + moved, LAM, MU) - function(F - moved, LAM, MU)) / (2 * step)


def test_youngs_modulus_rises_from_1_in_black_to_100_in_white():
    lam, mu = lame(np.array([0, 255]))
    young = mu * (3 * lam + 2 * mu) / (lam + mu)
    np.testing.assert_allclose(young, [1, 100])
    np.testing.assert_allclose(lam / (2 * (lam + mu)), 0.3)  # Poisson's ratio


@given(gradients)
def test_the_energy_is_the_published_formula(F):
    J = np.linalg.det(F)
    psi = MU / 2 * (np.sum(F * F) - 3 - 2 * np.log(J)) + LAM / 2 * ((J**2 - 1) / 2 - np.log(J))
    assert energy(F, LAM, MU) == pytest.approx(psi + MU / 2, rel=1e-10, abs=1e-10)


@given(gradients)
def test_stress_and_tangent_are_derivatives(F):
    P, A = stress(F, LAM, MU), tangent(F, LAM, MU)
    for i, J in np.ndindex(2, 2):
        assert P[i, J] == pytest.approx(difference(energy, F, i, J), rel=1e-5, abs=1e-5)
        np.testing.assert_allclose(A[:, :, i, J], difference(stress, F, i, J), rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(A, A.transpose(2, 3, 0, 1), rtol=1e-12, atol=1e-9)


@given(gradients, st.floats(-np.pi, np.pi))
def test_a_rotation_changes_no_energy_and_turns_the_stress(F, angle):
    Q = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert energy(Q @ F, LAM, MU) == pytest.approx(energy(F, LAM, MU), rel=1e-12, abs=1e-9)
    np.testing.assert_allclose(stress(Q @ F, LAM, MU), Q @ stress(F, LAM, MU), atol=1e-8)


def test_an_inverted_element_has_no_energy():
    F = np.diag([1.0, -0.5])
    assert determinant(F) < 0
    assert not np.isfinite(energy(F, LAM, MU))
