"""Mechanical MNIST in real runs: simulated fields, and published files."""

import pyarrow.parquet as pq
import pytest

from dlse.studies.mechanical.fields import Fields, load_fields
from support.checkout import Checkout
from support.costs import without_costs
from support.published_forms import write_published
from support.tiers import thorough

CURVE = "results/pca_ae_curve_mechanical.png"


@pytest.fixture(scope="module")
def fields(finished) -> Fields:
    processed = finished.folder / "data/processed"
    names = {"fields": "fields.npy", "bitmaps": "bitmaps.npy", "about": "fields.json"}
    return load_fields(**{name: str(processed / file) for name, file in names.items()})


def curve(checkout: Checkout):
    """The metrics of task 5 on fields, without costs and the name of the data set."""
    table = pq.read_table(checkout.folder / "results/metrics/mechanical.parquet")
    return without_costs(table).drop_columns("dataset")


@thorough
@pytest.mark.parametrize("packed", [False, True])
def test_the_published_form_of_the_same_fields_gives_the_identical_curve(
    finished, checkout, fields, packed
):
    folder = checkout.folder / "published files"
    write_published(folder, fields, packed=packed, n_test=20)
    config = checkout.config_with({"mechanical.source": str(folder)})
    # Everything after the fields depends on their content only, so one form runs to the figure.
    target = "data/processed/fields.npy" if packed else CURVE
    done = checkout.run("--cores", "2", target, config=config)
    assert done.returncode == 0, done.output
    for name in ("fields.npy", "bitmaps.npy"):
        made, known = (of.folder / "data/processed" / name for of in (checkout, finished))
        assert made.read_bytes() == known.read_bytes()
    if not packed:
        assert curve(checkout).equals(curve(finished))
    assert checkout.stale(target, config=config) == {}
    # A changed file is noticed.
    (path,) = folder.rglob("FEA*.zip" if packed else "*dispx_test*.txt")
    path.write_bytes(path.read_bytes() + b"\n")
    assert checkout.stale(target, config=config)["read_fields"] == 1


def test_a_folder_without_the_files_ends_the_run_with_one_sentence(checkout):
    (checkout.folder / "empty").mkdir()
    config = checkout.config_with({"mechanical.source": "empty"})
    done = checkout.run(CURVE, config=config)
    assert done.returncode != 0
    assert "Error: empty: lacks mnist_img_test.txt, plain or in a .zip; get the file" in done.output
    assert "Traceback" not in done.output


def test_fields_are_named_after_their_images(finished, fields):
    assert fields.label == "mechanical digits, simulated"
    solver = pq.read_table(finished.folder / "results/metrics/mechanical_solver.parquet")
    assert set(solver["dataset"].to_pylist()) == {"digits"}
