"""Compile the report from one Typst source to PDF and HTML."""

import json
import shutil
import tempfile
from pathlib import Path

import typst

from dlse.results.report import facts
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file

SCRIPTS = Path(__file__).parents[2]


def gather_sources(studies: list[str], folder: Path) -> None:
    """Copy the frame of the report, and each study's section as <study>.typ, into `folder`."""
    for name in ("report.typ", "style.typ", "report.css", "references.bib"):
        shutil.copy(SCRIPTS / "report" / name, folder)
    for study in studies:
        shutil.copy(SCRIPTS / study / "report.typ", folder / f"{study}.typ")


def write(
    metrics: str, claims: str, sections: dict[str, dict], figures: list[str], pdf: str, html: str
) -> None:
    """Put the sources, the facts and the figures into one folder, and compile them there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gather_sources(list(sections), folder)
        for figure in figures:
            shutil.copy(figure, folder)
        numbers = facts(metrics, claims, sections)
        (folder / "facts.json").write_text(json.dumps(numbers), encoding="utf-8")
        for path, form in ((pdf, "pdf"), (html, "html")):
            with whole_file(path) as beside:
                beside.write_bytes(typst.compile(folder / "report.typ", format=form))


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(
            snakemake.input.metrics,
            snakemake.input.claims,
            snakemake.params.sections,
            snakemake.input.figures,
            **snakemake.output,
        )
