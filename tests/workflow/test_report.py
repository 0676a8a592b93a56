"""The report says what the tables say, in numbers and in words."""

import html
import re

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dlse.report import facts


@pytest.fixture
def report(checkout):
    """A function that changes the metrics and returns the words of the report made of them."""
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
        page = (checkout.folder / "results/report.html").read_text()
        words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)
        return re.sub(r"\s+", " ", html.unescape(words))

    return text_with


def final(table: pa.Table, **values):
    mask = pc.is_null(table["step"])
    for column, value in values.items():
        mask = pc.and_(mask, pc.fill_null(pc.equal(table[column], value), False))
    return mask


def test_a_changed_metric_changes_the_text(report):
    assert "99.87 %" not in report()
    change = lambda table: (final(table, metric="accuracy", split="test"), 0.98765)  # noqa: E731
    assert "classifies 98.77 % of the 359 test images" in report(change)


def test_an_observation_that_does_not_hold_is_not_printed(report):
    text = report()
    assert "The autoencoder is better at every latent dimension" in text
    worse = lambda table: (  # noqa: E731
        final(table, variant="autoencoder", metric="epsilon", split="test", latent_dim=8), 99.0,
    )  # fmt: skip
    text = report(worse)
    assert "The autoencoder is better at every latent dimension" not in text
    assert "not better everywhere: at l d = 8 its test error is above PCA's" in text.replace(
        "’", "'"
    ).replace("𝑙", "l").replace("𝑑", "d")


def test_every_number_of_the_source_comes_from_the_facts(finished):
    """Each name that the source reads is there, and the claims table is complete."""
    results = finished.folder / "results"
    metrics = results / "metrics"
    found = facts(
        results / "metrics.parquet",
        results / "claims.parquet",
        metrics / "cnn_search.parquet",
        metrics / "cnn_predictions.parquet",
        metrics / "regularization_choice.parquet",
        sorted((finished.folder / "scripts/report/recorded").glob("wgan_standard*.parquet")),
    )
    source = (finished.folder / "scripts/report/report.typ").read_text()
    for section, study in (
        ("cnn", "cnn"),
        ("dying", "dying_relu"),
        ("reg", "regularization"),
        ("ini", "initialization"),
        ("ens", "ensemble"),
        ("rec", "reconstruction"),
        ("uni", "uniformity"),
        ("gan", "wgan"),
        ("cost", "wgan_cost"),
    ):
        facts_of = found[study]
        for name in set(re.findall(rf"\b{section}\.(\w+)", source)):
            assert name in facts_of, f"{section}.{name}"
        for name in facts_of:
            assert re.search(rf"\b{section}\.{name}\b", source), f"{name} is not used"
    assert len(found["claims"]) == found["n_claims"]
