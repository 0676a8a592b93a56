"""Rows that were computed with other versions, on another processor or in another number format
are told apart, in tables and in the report."""

import io
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlse.results.gather import gather, warn_if_mixed
from dlse.results.kinds import as_recorded, mixed, summary, tally
from dlse.results.write_report import FRAME
from dlse.workflow import tables
from dlse.workflow.tables import Metrics, read_table, write_table
from support.checkout import REPOSITORY
from support.pages import words_of


@pytest.fixture
def part(tmp_path, monkeypatch):
    """A function that writes a table as a job on another machine would, and returns its path."""
    monkeypatch.setattr(tables, "workflow_version", lambda: "unknown")  # git takes longer
    count = iter(range(1000))

    def written(rows=1, study="cnn", cpu="one CPU", torch="2.0", gpu="none", **of_job) -> str:
        with monkeypatch.context() as there:
            there.setattr(tables, "cpu_model", lambda: cpu)
            there.setattr(tables, "gpu_model", lambda: gpu)
            there.setattr(tables, "version", lambda name: torch if name == "torch" else "1.0")
            path = tmp_path / f"part{next(count)}.parquet"
            table = Metrics(study, "mnist")
            for step in range(rows):
                table.add("loss", 0.5, step=step % 2 or None)
            table.write(path, of_job)
        return str(path)

    return written


def rows_of(counts, **values) -> int:
    """How many rows of a tally have these values; underscores stand for blanks."""
    wanted = {name.replace("_", " "): value for name, value in values.items()}
    kinds = ((json.loads(label), rows) for (_, label), rows in counts.items())
    return sum(rows for of, rows in kinds if wanted.items() <= of.items())


def test_gathered_rows_keep_what_computed_them(part, tmp_path):
    parts = [
        part(4, precision="float32"),
        part(6, torch="2.1", cpu="another CPU", precision="bfloat16"),
        part(3, study="wgan", cpu="another CPU"),
    ]
    metrics, curves = tmp_path / "metrics.parquet", tmp_path / "curves.parquet"
    gather(parts, metrics, curves, config={"precision": "auto"})
    assert [len(read_table(path)) for path in (metrics, curves)] == [7, 6]
    counts = tally(metrics) + tally(curves)
    assert counts.total() == 13
    assert rows_of(counts, processor="one CPU", torch="2.0", number_format="float32") == 4
    assert rows_of(counts, processor="another CPU", torch="2.1", number_format="bfloat16") == 6
    assert rows_of(counts, processor="another CPU", torch="2.0") == 3
    assert mixed(counts) == {
        "torch": ["2.0", "2.1"],
        "processor": ["another CPU", "one CPU"],
        "number format": ["bfloat16", "float32"],
    }
    assert summary(counts)["mixed_studies"] == ["cnn"]


def test_a_job_adds_rows_of_its_own_kind(part, tmp_path):
    taken = read_table(part(5, cpu="another CPU"))
    own = tables.metrics_table([{"study": "cnn", "value": 1.0}] * 2)
    path = tmp_path / "both.parquet"
    write_table(pa.concat_tables([own, taken], promote_options="default"), path)
    counts = tally(path)
    assert rows_of(counts, processor="another CPU") == 5
    assert rows_of(counts, processor=tables.cpu_model()) == 2
    # In another order, too, as a ranking has it.
    write_table(read_table(path).sort_by([("value", "descending")]), path)
    assert tally(path) == counts


def test_what_a_job_has_no_choice_of_is_no_mixture(part, tmp_path):
    on_gpu = part(gpu="a GPU", device="cuda", precision="bfloat16")
    without_choice, on_cpu = part(), part(device="cpu", precision="bfloat16")
    evaluated = part(device="cuda", precision="bfloat16")  # the settings are those of the training
    metrics = tmp_path / "metrics.parquet"
    gather([on_gpu, without_choice, evaluated], metrics, config={})
    assert mixed(tally(metrics)) == {}
    assert summary(tally(metrics))["has_gpu"]
    gather([on_gpu, on_cpu], metrics, config={})
    assert mixed(tally(metrics)) == {"GPU": ["a GPU", "none"]}


def test_a_table_without_the_column_is_of_the_kind_of_its_job(part, tmp_path):
    new = part(2, precision="torch.bfloat16")
    older = tmp_path / "older.parquet"
    pq.write_table(read_table(new).drop_columns("computed_with"), older)
    assert tally(older) == tally(new)
    assert rows_of(tally(older), number_format="bfloat16") == 2
    assert "number format" not in str(tally(part(precision="auto")))  # it says what was wanted


def test_recorded_rows_stand_apart(part, tmp_path):
    shown, metrics = tmp_path / "shown.parquet", tmp_path / "metrics.parquet"
    write_table(as_recorded(read_table(part(3, cpu="their CPU"))), shown)
    gather([part(2), shown], metrics, config={})
    counts = tally(metrics)
    assert mixed(counts) == {}
    kinds = summary(counts)["kinds"]
    assert [(of["is_recorded"], of["values"], of["rows"]) for of in kinds] == [
        (False, ["one CPU"], 2),
        (True, ["their CPU"], 3),
    ]


def test_a_mixture_is_told_at_once(part, tmp_path, capsys):
    terminal, metrics = io.StringIO(), tmp_path / "metrics.parquet"
    gather([part(), part()], metrics, config={})
    warn_if_mixed(metrics, terminal)
    assert terminal.getvalue() == capsys.readouterr().out == ""
    gather([part(), part(cpu="another CPU")], metrics, config={})
    warn_if_mixed(metrics, terminal)
    assert "(processor: another CPU, one CPU)" in terminal.getvalue()
    assert capsys.readouterr().out == terminal.getvalue()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    jobs=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(("cnn", "wgan")), st.sampled_from("ab")),
        min_size=3,
        max_size=3,
    )
)
def test_it_makes_no_difference_in_what_steps_tables_are_gathered(part, tmp_path, jobs):
    first, second, third = (part(*job) for job in jobs)
    two, three, at_once = (tmp_path / f"{name}.parquet" for name in ("two", "three", "at_once"))
    gather([first, second], two, config={})
    gather([two, third], three, config={})
    gather([first, second, third], at_once, config={})
    counts = tally(at_once)
    assert tally(three) == counts == tally(first) + tally(second) + tally(third)
    assert counts.total() == len(read_table(at_once)) == sum(rows for rows, *_ in jobs)
    assert sum(of["rows"] for of in summary(counts)["kinds"]) == counts.total()


ENVIRONMENT = """#import "environment.typ": environment, notice-of-mixture
#notice-of-mixture
= Environment <environment>
#environment"""


@pytest.fixture
def said(tmp_path):
    """A function that returns what the report says of a tally."""
    for name in FRAME:
        shutil.copy(REPOSITORY / "scripts/report" / name, tmp_path)
    (tmp_path / "page.typ").write_text(ENVIRONMENT)

    def words(counts) -> str:
        facts = {"dataset": "MNIST", "provenance": {"computed": summary(counts)}}
        (tmp_path / "facts.json").write_text(json.dumps(facts))
        return words_of(typst.compile(tmp_path / "page.typ", format="html").decode())

    return words


def test_the_report_says_in_a_sentence_that_all_rows_are_of_one_kind(part, said):
    text = said(tally(part(7, device="cpu", precision="float32")))
    assert "All 7 rows of the tables behind this report were computed with Python" in text
    assert "torch 2.0, on one CPU, one thread per job" in text
    assert "without a GPU" in text
    assert "it took float32" in text
    for word in ("Mixed", "differ", "recorded", "host"):
        assert word not in text


def test_the_report_counts_the_rows_of_each_kind(part, said):
    of_gpu = part(4, gpu="a GPU", device="cuda", torch="2.1")
    text = said(tally(of_gpu) + tally(part(3)) + tally(part(2, study="wgan")))
    assert "Mixed results: the numbers of this run were not all computed alike" in text
    assert "What computed them differs in torch, within cnn too" in text
    assert "The 9 rows of the tables behind this report" in text
    assert "All" not in text
    assert "in this run 2.0 5 cnn 3 and wgan 2" in text
    assert "in this run 2.1 4 cnn 4" in text
    assert "on a GPU, a GPU" in text
    assert "those of the host alone" in text
