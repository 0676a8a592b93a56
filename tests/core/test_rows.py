"""A claim and a section of the report read their own rows, within a bounded memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dlse.results.gather import gather
from dlse.results.rows import rows_of
from dlse.workflow.tables import COLUMNS, Metrics, read_table, write_table
from support.tiers import thorough


@pytest.fixture
def metrics(tmp_path):
    """A table of three studies."""
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


NETWORKS, PARTS = 100_000, 4  # with nine metrics: 900,000 rows
METRICS = (
    "born_dead", "first_square", "last_square", "first_rel_l2", "dead", "collapsed", "good",
    "rel_l2", "offset",
)  # fmt: skip
ALL_OF_IT = """
import resource, sys
from dlse.results.gather import gather
from dlse.results.judge import judge_claims
from dlse.results.rows import rows_of
from dlse.studies.dying_relu.claims import outcomes
from dlse.studies.dying_relu.figures import READ

folder, *parts = sys.argv[1:]
gather(parts, f"{folder}/metrics.parquet")
judge_claims(f"{folder}/metrics.parquet", ["dying_relu"], False, "claims.parquet", "claims.csv")
networks = outcomes(rows_of(f"{folder}/metrics.parquet", "dying_relu", READ), "he_normal")
print(len(networks), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_part(path: Path, seeds: range) -> None:
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
def test_a_hundred_thousand_networks_are_gathered_judged_and_read_below_a_gigabyte(tmp_path):
    """Beside a study with as many parameters as all others have together."""
    other = Metrics("other")
    other.add("error", 0.0, **{f"parameter{number}": 1 for number in range(25)})
    other.write(tmp_path / "other.parquet")
    parts = [tmp_path / "other.parquet"]
    size = NETWORKS // PARTS
    for part in range(PARTS):
        parts.append(tmp_path / f"block{part}.parquet")
        write_part(parts[-1], range(part * size, (part + 1) * size))
    command = [sys.executable, "-c", ALL_OF_IT, tmp_path, *parts]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    networks, mebibytes = done.stdout.splitlines()[-1].split()
    assert int(networks) == NETWORKS
    assert float(mebibytes) < 1000
