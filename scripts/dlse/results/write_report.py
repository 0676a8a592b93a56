"""Compile the report, one Typst source, to PDF and HTML."""

import json
import shutil
import tempfile
from pathlib import Path

import typst

from dlse.workflow.whole_files import whole_file
from dlse.workflow.job import job
from dlse.results.report import TEMPLATE, facts


def write(
    metrics: str, claims: str, search: str, predictions: str, choice: str, standard: list[str],
    benchmark: str | None, figures: list[str], pdf: str, html: str,
) -> None:  # fmt: skip
    """Put the source, its numbers and its figures into one folder, and compile there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in (*TEMPLATE.glob("*.typ"), TEMPLATE / "report.css"):
            shutil.copy(source, folder)
        for figure in figures:
            shutil.copy(figure, folder)
        numbers = facts(
            *map(Path, (metrics, claims, search, predictions, choice)),
            list(map(Path, standard)),
            Path(benchmark) if benchmark else None,
        )
        (folder / "facts.json").write_text(json.dumps(numbers), encoding="utf-8")
        for path, form in ((pdf, "pdf"), (html, "html")):
            with whole_file(path) as beside:
                beside.write_bytes(typst.compile(folder / "report.typ", format=form))


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(
            **snakemake.input,
            standard=[table["path"] for table in snakemake.params.standard],
            benchmark=snakemake.params.benchmark["path"],
            **snakemake.output,
        )
