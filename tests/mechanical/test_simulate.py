"""What is simulated is written for PCA and autoencoders, with its energies; a block without a
solution is left out."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from dlse.images.dataset import save_dataset
from dlse.studies.mechanical import simulate
from dlse.studies.mechanical.fields import load_fields, pixels_of
from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.studies.mechanical.solver import BlockSolver, quadrilaterals
from dlse.workflow.arrays import load_arrays
from dlse.workflow.errors import UserError

WRITTEN = {
    "fields": "fields.npy",
    "bitmaps": "bitmaps.npy",
    "about": "fields.json",
    "about_bitmaps": "bitmaps.json",
}


@pytest.fixture
def data(small, tmp_path, monkeypatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    files = {"images": "images.npy", "labels": "labels.npy", "about": "about.json"}
    save_dataset(small, *files.values())
    return files


def run(data: dict[str, str], **changes):
    """The fields and the metrics of a small simulation."""
    settings = {"blocks": 4, "case": "uniaxial_extension", "steps": [6, 12], "references": []}
    simulate.simulate_fields(data, **settings | changes, fields=WRITTEN, metrics="metrics.parquet")
    fields = load_fields(*(WRITTEN[name] for name in ("fields", "bitmaps", "about")))
    return fields, pq.read_table("metrics.parquet").to_pandas()


def test_fields_and_energies_are_those_of_the_solver(data, small):
    fields, rows = run(data)
    assert np.array_equal(pixels_of(fields.bitmaps), small.test_images[:4])
    case = LOAD_CASES["uniaxial_extension"]
    expected = BlockSolver(case, quadrilaterals()).solve(small.test_images[:4], [6, 12])
    np.testing.assert_allclose(fields.displacements, expected.displacements, rtol=1e-6)
    energies = rows[rows.metric == "energies"]
    np.testing.assert_allclose(energies.value, expected.energies.ravel())
    assert energies.load_step.tolist() == [6, 12] * 4
    assert rows[rows.metric == "failures"].value.tolist() == [0]


def without_solution(monkeypatch, *images: int) -> None:
    """Blocks of these images have no solution at the first step."""
    solve = BlockSolver.solve

    def failing(self, bitmaps, steps):
        found = solve(self, bitmaps, steps)
        for values in found:
            values[list(images), 0] = np.nan
        return found

    monkeypatch.setattr(BlockSolver, "solve", failing)


def test_a_block_without_a_solution_is_left_out(data, small, monkeypatch):
    expected, _ = run(data)
    without_solution(monkeypatch, 1)
    fields, rows = run(data)
    assert np.array_equal(fields.displacements, np.delete(expected.displacements, 1, axis=0))
    assert np.array_equal(pixels_of(fields.bitmaps), small.test_images[[0, 2, 3]])
    assert rows[rows.metric == "failures"].value.tolist() == [1]


def test_without_solutions_the_job_ends_with_one_sentence(data, monkeypatch):
    without_solution(monkeypatch, 0, 1, 2)
    with pytest.raises(UserError, match=r"Only 1 of 4 blocks have a solution; try smaller"):
        run(data)


def test_energies_are_compared_with_published_ones_of_mnist_alone(data, small, monkeypatch):
    np.savetxt("energies.txt", np.full((2, 13), 100.0))
    _, rows = run(data, references=["energies.txt"])
    assert "published_difference" not in set(rows.metric)
    label = property(lambda _: "mnist")
    monkeypatch.setattr("dlse.images.dataset.Dataset.label", label)
    _, rows = run(data, references=["energies.txt"])
    found = rows[rows.metric == "published_difference"]
    energies = rows[(rows.metric == "energies") & (rows.load_step == 12)].value.to_numpy()
    np.testing.assert_allclose(found.value, energies[:2] / 100 - 1)


def test_blocks_to_show_are_solved_in_every_load_case_at_every_step(data):
    simulate.simulate_shown(data, 2, "shown.npz")
    arrays = load_arrays("shown.npz")
    assert arrays.pop("bitmaps").shape == (2, 28, 28)
    assert {case: len(of[0]) for case, of in arrays.items()} == {
        name: case.last_step for name, case in LOAD_CASES.items()
    }
