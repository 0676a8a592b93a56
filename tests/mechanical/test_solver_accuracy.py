"""Differences of energies from published ones, on made-up numbers."""

import numpy as np
import pandas as pd
import pytest

from dlse.studies.mechanical.accuracy import element_differences, limit, published_differences
from dlse.workflow.tables import Metrics

PUBLISHED = np.array([[0, 1, 2, 10.0], [0, 1, 2, 20.0]])  # two images, steps 0 to 3


def element(name: str, refinement: int, unknowns: int, energies: list[float]) -> list[dict]:
    common = {"variant": "element", "element": name, "refinement": refinement}
    return [
        {**common, "metric": "unknowns", "value": unknowns},
        *(
            {**common, "metric": "energies", "image": image, "load_step": 3, "value": value}
            for image, value in enumerate(energies)
        ),
    ]


@pytest.fixture
def rows() -> pd.DataFrame:
    coarse, fine = element("P1", 1, 100, [11.0, 20.0]), element("Q2", 2, 900, [10.0, 25.0])
    simulated = [
        {"variant": "simulated", "metric": "energies", "image": image, "load_step": step,
         "value": value}
        for image, step, value in ((0, 3, 10.1), (1, 3, np.nan), (1, 2, 2.2), (7, 3, 1.0))
    ]  # fmt: skip
    return pd.DataFrame([*coarse, *fine, *simulated])


def recorded(compare, rows, published) -> dict[tuple, float]:
    """What `compare` records, by element (or image and step) and metric."""
    found = Metrics("mechanical_solver", "mnist")
    compare(rows, published, found)
    assert {row["unit"] for row in found.rows} <= {"1"}
    return {
        (row.get("element") or (row["image"], row["load_step"]), row["metric"]): row["value"]
        for row in found.rows
    }


def test_elements_are_compared_with_the_finest_mesh_and_with_published_energies(rows):
    found = recorded(element_differences, rows, PUBLISHED)
    assert found["P1", "difference_from_finest"] == pytest.approx((0.1 + 0.2) / 2)
    assert found["P1", "signed_difference_from_finest"] == pytest.approx((0.1 - 0.2) / 2)
    assert found["P1", "difference_from_published"] == pytest.approx(0.05)
    assert found["Q2", "difference_from_finest"] == 0
    assert found["Q2", "difference_from_published"] == pytest.approx(0.125)


def test_without_published_energies_elements_are_compared_with_the_finest_mesh_alone(rows):
    metrics = {metric for _, metric in recorded(element_differences, rows, None)}
    assert metrics == {"difference_from_finest", "signed_difference_from_finest"}
    simulated = rows[rows.variant == "simulated"]
    assert recorded(element_differences, simulated, PUBLISHED) == {}


def test_only_solved_blocks_with_a_published_energy_of_enough_digits_are_compared(rows):
    found = recorded(published_differences, rows, PUBLISHED)  # no early steps, no other images
    assert found == {((0, 3), "published_difference"): pytest.approx(0.01)}


@pytest.mark.parametrize("p", [0.7, 2.0, 4.0])
def test_the_limit_of_energies_that_converge_at_any_rate_is_found(p):
    n = np.array([3, 1, 2, 5])  # in any order; only the three finest count
    energies = pd.Series(7 + 0.5 * n**-p, index=n)
    energies[1] = 99.0
    assert limit(energies) == pytest.approx(7, rel=1e-9)


@pytest.mark.parametrize("energies", [[7.0, 6.5], [7.0, 6.0, 6.5], [7.0, 6.0, 4.0]])
def test_without_convergence_there_is_no_limit(energies):
    assert np.isnan(limit(pd.Series(energies, index=range(1, len(energies) + 1))))
