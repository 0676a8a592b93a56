"""The table of long trainings that a run shows: of its own data set, or none."""

import json

import pyarrow as pa
import pytest

from dlse.results.gather import gather
from dlse.results.show_long import show
from dlse.workflow.tables import Metrics, read_settings, read_table
from support.long_tables import AUTOENCODER_RECIPE, reconstruction_long


@pytest.fixture
def recorded(tmp_path):
    path = tmp_path / "recorded.parquet"
    reconstruction_long("mnist").write(path, AUTOENCODER_RECIPE)
    return path


def shown_in_a_run_on(folder, table, name: str, is_stand_in: bool = False):
    about, shown = folder / "images.json", folder / "shown.parquet"
    about.write_text(json.dumps({"name": name, "is_stand_in": is_stand_in}))
    show({"path": table}, about, shown)
    return shown


def test_a_table_of_the_same_data_set_is_taken_over(recorded, tmp_path):
    shown = shown_in_a_run_on(tmp_path, recorded, "mnist")
    assert read_table(shown).equals(read_table(recorded))
    assert read_settings(shown) == AUTOENCODER_RECIPE


@pytest.mark.parametrize(
    ("name", "is_stand_in"), [("digits", True), ("digits", False), ("own", False)]
)
def test_a_table_of_another_data_set_is_not(recorded, tmp_path, name, is_stand_in):
    table = read_table(shown_in_a_run_on(tmp_path, recorded, name, is_stand_in))
    assert table.num_rows == 0
    assert table.schema.names == read_table(recorded).schema.names


@pytest.mark.parametrize("recorded_there", [True, False])
def test_an_empty_table_is_gathered_with_the_others(recorded, tmp_path, recorded_there):
    table = recorded if recorded_there else None
    shown = shown_in_a_run_on(tmp_path, table, "digits")
    other, all_rows = tmp_path / "other.parquet", tmp_path / "all.parquet"
    rows = Metrics("cnn", "digits", seed=1)
    rows.add("accuracy", 0.9)
    rows.write(other)
    for parts in ([shown, other], [other, shown]):
        gather(parts, all_rows, config={})
        gathered = read_table(all_rows)
        assert gathered.num_rows == 1
        assert gathered["value"].type == pa.float64()
