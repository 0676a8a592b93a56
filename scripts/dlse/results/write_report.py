"""Compile the report from one Typst source to PDF and HTML."""

import base64
import json
import re
import shutil
import string
import tempfile
from pathlib import Path
from urllib.parse import quote

import typst

from dlse.results.embedded import d3
from dlse.results.report import facts
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file

SCRIPTS = Path(__file__).parents[2]
# What is in scripts/report/ beside the figure and the captions.
FRAME = ("report.typ", "style.typ", "frame.typ", "report.css", "report.js", "references.bib")


def gather_sources(studies: list[str], folder: Path) -> None:
    """Copy the frame of the report, and each study's section as <study>.typ, into `folder`, and
    what the page carries within it."""
    for name in FRAME:
        shutil.copy(SCRIPTS / "report" / name, folder)
    (folder / "d3.js").write_text(d3(), encoding="utf-8")
    for study in studies:
        shutil.copy(SCRIPTS / study / "report.typ", folder / f"{study}.typ")


def write(
    metrics: str, claims: str, about: str, command: str, sections: dict[str, dict],
    figures: list[str], pdf: str, html: str,
) -> None:  # fmt: skip
    """Put the sources, the facts and the figures into one folder, and compile them there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gather_sources(list(sections), folder)
        for figure in figures:
            shutil.copy(figure, folder)
        numbers = facts(metrics, claims, about, command, sections)
        (folder / "facts.json").write_text(json.dumps(numbers), encoding="utf-8")
        with whole_file(pdf) as beside:
            beside.write_bytes(typst.compile(folder / "report.typ", format="pdf"))
        page = typst.compile(folder / "report.typ", format="html").decode("utf-8")
        with whole_file(html) as beside:
            beside.write_text(figures_as_text(page), encoding="utf-8")


def figures_as_text(page: str) -> str:
    """The HTML `page` with its SVG figures as text. Typst writes them in base64, a third longer."""
    kept = "".join(set(string.printable) - set(string.whitespace) - set("%#&'")) + " "

    def as_text(found: re.Match) -> str:
        svg = base64.b64decode(found[1]).decode("utf-8").replace("\n", " ")
        return f"src='data:image/svg+xml,{quote(svg, safe=kept)}'"

    return re.sub(r'src="data:image/svg\+xml;base64,([^"]*)"', as_text, page)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(
            snakemake.input.metrics,
            snakemake.input.claims,
            snakemake.input.about,
            snakemake.params.command,
            snakemake.params.sections,
            snakemake.input.figures,
            **snakemake.output,
        )
