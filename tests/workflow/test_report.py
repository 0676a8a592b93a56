"""The report says what the tables say, in numbers and in words."""

import json
import re
from functools import reduce
from itertools import pairwise
from operator import getitem

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typst

from dlse.results.report import facts
from dlse.results.write_report import gather_sources
from support.checkout import REPOSITORY
from support.pages import words_of
from support.tiers import thorough

SECTIONS = {  # the name of some facts in the sources, and where they stand in `facts`
    "cnn": ("cnn",),
    "dying": ("dying_relu",),
    "reg": ("regularization",),
    "ini": ("initialization",),
    "rec": ("reconstruction",),
    "blocks": ("mechanical", "blocks"),
    "mech": ("mechanical", "fields"),
    "gan": ("wgan",),
    "cost": ("wgan", "cost"),
}
STUDIES = list(dict.fromkeys(path[0] for path in SECTIONS.values()))


@pytest.fixture
def report(checkout):
    """A function that returns the words of the report, of changed metrics if so asked."""
    path = checkout.folder / "results/metrics.parquet"

    def text_with(change=None) -> str:
        if change:
            table = pq.read_table(path)
            mask, value = change(table)
            values = pc.if_else(mask, pa.scalar(value), table["value"])
            index = table.column_names.index("value")
            pq.write_table(table.set_column(index, "value", values), path)
            done = checkout.run("results/report.html", "--forcerun", "write_report")
            assert done.returncode == 0, done.output
        return words_of((checkout.folder / "results/report.html").read_text())

    return text_with


def final(table: pa.Table, **values):
    mask = pc.is_null(table["step"])
    for column, value in values.items():
        mask = pc.and_(mask, pc.fill_null(pc.equal(table[column], value), False))
    return mask


def test_a_changed_metric_changes_the_text(report):
    assert "99.87 %" not in report()
    change = lambda table: (final(table, metric="accuracy", split="test"), 0.98765)  # noqa: E731
    assert "The test accuracy is 98.77 %" in report(change)


def test_an_observation_that_does_not_hold_is_not_printed(report):
    text = report()
    assert "The autoencoder that starts from PCA is better than PCA at every" in text
    worse = lambda table: (  # noqa: E731
        final(table, variant="autoencoder", metric="epsilon", split="test", latent_dim=8), 99.0,
    )  # fmt: skip
    text = report(worse)
    assert "The autoencoder that starts from PCA is better than PCA at every" not in text
    assert "not better everywhere: at l d = 8 its test error is above PCA's" in text.replace(
        "’", "'"
    ).replace("𝑙", "l").replace("𝑑", "d")


def test_claims_that_are_not_met_stand_before_the_table(report, checkout):
    judged = pq.read_table(checkout.folder / "results/claims.parquet").to_pylist()
    not_met = [
        claim["statement"]
        for claim in judged
        if claim["kind"] == "result" and claim["verdict"] == "not met"
    ]
    assert not_met  # networks as small as these meet few
    front, _, rest = report().partition("To reproduce")
    assert f"{len(not_met)} not met" in front
    before = rest.partition("Not met:")[2].partition("The claimed results.")[0]
    for statement in not_met:
        assert statement in before.replace("’", "'")


def test_the_first_page_answers_every_task_and_leads_to_its_section(report, checkout):
    report()
    page = (checkout.folder / "results/report.html").read_text()
    table = page[page.index("<table") : page.index("</table>")]
    tasks = re.findall(r'<a href="#([^"]+)">(Task [^<]+)</a>', table)
    names = ["1", "2", "3", "4", "5", "5, fields", "6", "7", "8"]
    assert [name for _, name in tasks] == [f"Task {name}" for name in names]
    for at, _ in tasks:
        assert re.search(rf'<h2[^>]*id="{at}"', page), at


PICTURE = re.compile(r"picture\(\n.*?\n *\) ?(?:<([\w-]+)>|#label\((\w+)\))?", re.S)


def test_the_text_cites_every_figure_before_it():
    """The sources name a figure in a sentence first: "@accuracy shows …"."""
    figures = 0
    for path in (REPOSITORY / "scripts").glob("*/report.typ"):
        source = path.read_text()
        for picture in PICTURE.finditer(source):
            label = picture[1] or picture[2]
            assert label, f"{path.parent.name}: a figure without a label"
            cited = re.search(rf"@{label}\b|#ref\(label\({label}\)\)", source)
            assert cited, f"{path.parent.name}: {label}"
            assert cited.start() < picture.start(), f"{path.parent.name}: {label}"
            figures += 1
    assert figures > 15


@pytest.fixture(scope="module")
def found(finished) -> dict:
    """The facts of a finished run."""
    results = finished.folder / "results"
    tables = {
        "cnn": {
            "search": results / "metrics/cnn_search.parquet",
            "predictions": results / "metrics/cnn_predictions.parquet",
        },
    }
    sections = {study: tables.get(study, {}) for study in STUDIES}
    about = finished.folder / "data/processed/images.json"
    tables = results / "metrics.parquet", results / "claims.parquet"
    return facts(*tables, about, "make all", sections)


LENGTHS = """#include "report.typ"
#context [#metadata(query(heading.where(level: 1)).map(heading => {
  let at = heading.location().position()
  (at.page, at.y / 841.89pt) // of A4
})) <lengths>]"""


def test_no_section_is_longer_than_three_pages(found, finished, tmp_path):
    gather_sources(STUDIES, tmp_path)
    for figure in finished.folder.glob("results/figures/*.svg"):
        (tmp_path / figure.name).write_bytes(figure.read_bytes())
    (tmp_path / "facts.json").write_text(json.dumps(found))
    (tmp_path / "lengths.typ").write_text(LENGTHS)
    queried = typst.query(tmp_path / "lengths.typ", "<lengths>", field="value", one=True)
    starts = [page + height for page, height in json.loads(queried)]
    lengths = [end - start for start, end in pairwise(starts)]
    assert len(lengths) > 15
    assert max(lengths) <= 3


@pytest.fixture(scope="module")
def written(finished, tmp_path_factory):
    """A function that returns the page, without its figures, that the source makes of facts."""
    folder = tmp_path_factory.mktemp("report")
    gather_sources(STUDIES, folder)
    for figure in finished.folder.glob("results/figures/*.svg"):
        (folder / figure.name).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')

    def page_of(changed: dict) -> str:
        (folder / "facts.json").write_text(json.dumps(changed))
        return typst.compile(folder / "report.typ", format="html").decode()

    return page_of


def changed(value, leaf, path=()):
    """`value` with each leaf replaced by `leaf(path, leaf)`."""
    if isinstance(value, dict):
        return {key: changed(of, leaf, (*path, key)) for key, of in value.items()}
    if isinstance(value, list):
        return [changed(of, leaf, (*path, index)) for index, of in enumerate(value)]
    return leaf(path, value)


def leaves(value, kind: type) -> list[tuple]:
    """The paths of all leaves of one type below the studies' names."""
    paths = []
    note = lambda path, leaf: paths.append(path) if isinstance(leaf, kind) else None  # noqa: E731
    changed({name: value[name] for name in STUDIES}, note)
    return paths


@thorough
def test_each_condition_decides_a_sentence(found, written):
    """Where one is turned around, with the rest as they are or all turned around, the text is
    another: no observation is printed whatever the numbers say."""
    turn = lambda _, leaf: not leaf if isinstance(leaf, bool) else leaf  # noqa: E731
    bases = [found, {**found, **changed({name: found[name] for name in STUDIES}, turn)}]
    pages = [written(base) for base in bases]
    for path in leaves(found, bool):
        other = lambda at, leaf: not leaf if at == path else leaf  # noqa: B023, E731
        assert any(
            written(changed(base, other)) != page for base, page in zip(bases, pages, strict=True)
        ), path


def test_every_number_of_the_source_comes_from_the_facts(found):
    """Each name that the source reads is there, and the claims table is complete."""
    source = "\n".join(path.read_text() for path in (REPOSITORY / "scripts").glob("*/*.typ"))
    for section, path in SECTIONS.items():
        facts_of = reduce(getitem, path, found)
        for name in set(re.findall(rf"\b{section}\.(\w+)", source)):
            assert name in facts_of, f"{section}.{name}"
        for name in facts_of:
            assert re.search(rf"\b{section}\.{name}\b", source), f"{name} is not used"
    assert len(found["claims"]) == len({claim["id"] for claim in found["claims"]})
