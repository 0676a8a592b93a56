"""Tables are complete, typed and hold their provenance."""

import json
import re
import sys
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dlse.results.gather import gather, warn_if_mixed
from dlse.workflow import tables
from dlse.workflow.errors import UserError
from dlse.workflow.job import job
from dlse.workflow.tables import (
    COLUMNS,
    Metrics,
    computed_on,
    metrics_table,
    read_settings,
    read_table,
)
from dlse.workflow.whole_files import whole_file
from support.costs import without_costs


def rows() -> Metrics:
    rows = Metrics("s", seed=1)
    rows.add("error", 1.0, latent_dim=3)
    rows.add("cpu_seconds", 9.0, "CPU s")
    return rows


def test_metrics_have_the_common_columns_then_parameters():
    table = metrics_table(rows().rows)
    assert table.column_names == [*COLUMNS.names, "latent_dim"]
    assert table["latent_dim"].to_pylist() == [3, None]
    assert table["seed"].to_pylist() == [1, 1]
    assert table["unit"].to_pylist() == ["1", "CPU s"]
    assert table.schema.field("value").type == pa.float64()
    assert without_costs(table)["metric"].to_pylist() == ["error"]


def test_provenance_is_in_the_file(tmp_path):
    rows().write(tmp_path / "t.parquet", {"epochs": 3})
    stored = pq.read_schema(tmp_path / "t.parquet").metadata
    assert {b"workflow_version", b"settings", b"packages", b"cpu", b"threads"} <= set(stored)
    assert "torch" in json.loads(stored[b"packages"])
    assert read_settings(tmp_path / "t.parquet") == {"epochs": 3}


def test_threads_and_gpu_are_those_of_the_job(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")  # as Snakemake sets it
    rows().write(tmp_path / "t.parquet")
    assert pq.read_schema(tmp_path / "t.parquet").metadata[b"threads"] == b"4"
    assert pq.read_schema(tmp_path / "t.parquet").metadata[b"gpu"] == b"none"

    class Cuda:
        is_initialized = staticmethod(lambda: True)
        get_device_name = staticmethod(lambda: "a GPU")

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=Cuda))
    rows().write(tmp_path / "t.parquet")
    assert pq.read_schema(tmp_path / "t.parquet").metadata[b"gpu"] == b"a GPU"


def test_a_file_is_whole_or_absent(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), whole_file(path) as beside:
        beside.write_text("half of the new")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_users_error_is_one_sentence_without_traceback(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop, job(str(tmp_path / "log")):
        print("working")
        raise UserError("x.csv: row 3 is bad; mend it.")
    assert stop.value.code == 1
    assert capsys.readouterr().err == "Error: x.csv: row 3 is bad; mend it.\n"
    said = (
        r"working\nError: x\.csv: row 3 is bad; mend it\.\n"
        r"took .* CPU s, .* of them to start, and at most .* MiB"
    )
    assert re.match(said, (tmp_path / "log").read_text())


@pytest.mark.parametrize(
    "where", [{"study": ["b"]}, {"study": ["a", "b"], "value": [1.0, 3.0]}, {"study": ["c"]}]
)
def test_some_rows_and_columns_are_read(tmp_path, where):
    of_studies = [{"study": name, "value": float(value)} for name in "ab" for value in range(4)]
    tables.write_table(metrics_table(of_studies), tmp_path / "t.parquet")
    rows = read_table(tmp_path / "t.parquet").to_pylist()
    wanted = [row["value"] for row in rows if all(row[name] in where[name] for name in where)]
    found = read_table(tmp_path / "t.parquet", ["value"], where)
    assert found.column_names == ["value"]
    assert found["value"].to_pylist() == wanted


def test_gathering_changes_no_row(tmp_path):
    one, other, path, curves = (
        tmp_path / f"{name}.parquet" for name in ("one", "other", "all", "curves")
    )
    rows().write(one)
    more = Metrics("c", width=3)
    for step in (None, 1, None):
        more.add("loss", 2.0, step=step)
    more.write(other)
    parts = [str(one), str(other)]
    at_once = pa.concat_tables(map(read_table, parts), promote_options="default")
    gather(parts, path, config={})
    assert read_table(path).to_pylist() == at_once.to_pylist()
    gather(parts, path, curves, config={})
    steps = [read_table(of)["step"].to_pylist() for of in (path, curves)]
    assert steps == [[None] * 4, [1]]
    assert read_table(curves)["width"].to_pylist() == [3]


@pytest.mark.parametrize(
    ("cpus", "gpus", "is_mixed"),
    [
        (["A", "A"], ["none", "none"], False),
        (["A", "A"], ["none", "a GPU"], False),  # not every job can use a GPU
        (["A", "B"], ["none", "none"], True),
        (["A", "A"], ["a GPU", "another"], True),
    ],
)
def test_a_table_says_on_what_its_rows_were_computed(
    tmp_path, monkeypatch, capsys, cpus, gpus, is_mixed
):
    monkeypatch.setattr(tables, "_read", {"computed_on": set(), "gpus": set()})
    parts = [str(tmp_path / f"{part}.parquet") for part in range(2)]
    for part, cpu, gpu in zip(parts, cpus, gpus, strict=True):
        monkeypatch.setattr(tables, "cpu_model", lambda cpu=cpu: cpu)
        monkeypatch.setattr(tables, "gpu_model", lambda gpu=gpu: gpu)
        rows().write(part)
    monkeypatch.setattr(tables, "gpu_model", lambda: "none")
    path = tmp_path / "all.parquet"
    gather(parts, path, config={})
    found = computed_on(path)
    assert [host.split(", with Python ")[0] for host in found["hosts"]] == sorted({*cpus})
    assert found["gpus"] == sorted({*gpus} - {"none"})
    warn_if_mixed(str(path), sys.stderr)
    said = capsys.readouterr()
    assert ("more than one kind of machine" in said.out) == is_mixed
    assert said.err == said.out
