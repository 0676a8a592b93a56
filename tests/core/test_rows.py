"""A claim and a section of the report read their own rows, within a bounded memory."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dlse.results.gather import gather
from dlse.results.rows import rows_of
from dlse.workflow import tables
from dlse.workflow.tables import COLUMNS, Metrics, read_table, write_table
from support.tiers import thorough


@pytest.fixture
def metrics(tmp_path, monkeypatch):
    """A table of three studies, in pieces of four rows."""
    monkeypatch.setattr(tables, "ROWS", 4)
    for study, parameter in (("a", "width"), ("b", "dim"), ("c", "dim")):
        rows = Metrics(study, "none")
        for seed in range(7):
            for metric in ("error", "good"):
                rows.add(metric, seed / 10, seed=seed, **{parameter: seed if seed else None})
        rows.write(tmp_path / f"{study}.parquet")
    path = str(tmp_path / "metrics.parquet")
    gather([str(tmp_path / f"{study}.parquet") for study in "abc"], path)
    return path


@pytest.mark.parametrize(("studies", "names"), [("a", ""), ("b", "good"), ("a c", "error good")])
def test_the_rows_are_those_of_the_whole_table(metrics, studies, names):
    whole = read_table(metrics).to_pandas()
    chosen = whole[whole.study.isin(studies.split())]
    chosen = chosen[chosen.metric.isin(names.split() or chosen.metric)].reset_index(drop=True)
    found = rows_of(metrics, studies, names)
    pd.testing.assert_frame_equal(found, chosen[list(found)])
    left_out = chosen.columns.difference(found.columns)
    assert not left_out.isin(COLUMNS.names).any()
    assert chosen[left_out].isna().all(axis=None)


def test_parameters_of_other_studies_are_left_out_where_there_are_rows(metrics):
    assert "width" not in rows_of(metrics, "b")
    assert {"width", "dim"} <= set(rows_of(metrics, "a c"))
    nothing = rows_of(metrics, "d")
    assert not len(nothing)
    assert {*COLUMNS.names, "width", "dim"} <= set(nothing)


NETWORKS, PARTS = 240_000, 12  # with nine metrics: 2.2 million rows
METRICS = (
    "born_dead", "first_square", "last_square", "first_rel_l2", "dead", "collapsed", "good",
    "rel_l2", "offset",
)  # fmt: skip
LARGEST = 250  # MiB
ALL_OF_IT = """
import resource, sys
from dlse.results.gather import gather
from dlse.results.judge import judge_claims
from dlse.results.rows import rows_of
from dlse.studies.dying_relu.claims import outcomes
from dlse.studies.dying_relu.figures import READ

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def judge(name):
    table, csv = (f"{folder}/claims_{name}.{suffix}" for suffix in ("parquet", "csv"))
    judge_claims(f"{folder}/{name}.parquet", ["dying_relu"], False, table, csv)

folder, *parts = sys.argv[1:]
gather(parts[:1], f"{folder}/one.parquet")
judge("one")
before = peak()
gather(parts, f"{folder}/all.parquet")
print("grown by", peak() - before)
judge("all")
print("grown by", peak() - before)
rows = rows_of(f"{folder}/all.parquet", "dying_relu", READ)
assert len(outcomes(rows, "he_normal")) == 240_000
print("grown by", peak() - before)
"""


def write_part(path: str, seeds: range) -> None:
    n = len(seeds) * len(METRICS)
    same = {
        "study": "dying_relu", "dataset": "runge function", "variant": "he_normal", "unit": "1",
        "width": 4, "depth": 8,
    }  # fmt: skip
    columns = {name: pa.array([value] * n) for name, value in same.items()}
    columns["seed"] = np.tile(seeds, len(METRICS))
    columns["metric"] = np.repeat(METRICS, len(seeds))
    columns["value"] = (np.arange(n) % 3 == 0).astype(float)
    columns |= {name: pa.nulls(n, COLUMNS.field(name).type) for name in ("split", "step")}
    write_table(pa.table(columns).select([*COLUMNS.names, "width", "depth"]), path)


@thorough
def test_two_million_rows_are_gathered_judged_and_read_in_bounded_memory(tmp_path):
    """The memory beyond what a twelfth of the rows needs. One frame of all columns would need
    more."""
    size = NETWORKS // PARTS
    parts = [str(tmp_path / f"block{part}.parquet") for part in range(PARTS)]
    for part, path in enumerate(parts):
        write_part(path, range(part * size, (part + 1) * size))
    (tmp_path / "all_of_it.py").write_text(ALL_OF_IT)
    command = [sys.executable, tmp_path / "all_of_it.py", tmp_path, *parts]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    grown = [float(mib) for mib in re.findall("grown by (.*)", done.stdout)]
    assert len(grown) == 3
    assert max(grown) < LARGEST, grown
