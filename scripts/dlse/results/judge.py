"""Judge the claims of all studies by the metrics."""

from importlib import import_module
from itertools import groupby

import pyarrow as pa
import pyarrow.csv

from dlse.results.claims import judge
from dlse.results.rows import rows_of
from dlse.workflow.job import job
from dlse.workflow.tables import write_table
from dlse.workflow.whole_files import whole_file


def judge_claims(metrics: str, studies: list[str], is_preview: bool, table: str, csv: str) -> None:
    """Write the verdicts as Parquet, and as CSV to look at. Only the rows that a claim depends on
    are in memory at a time."""
    modules = (import_module(f"dlse.studies.{study}.claims") for study in studies)
    claims = [claim for module in modules for claim in module.CLAIMS]
    claims.sort(key=lambda claim: claim.task)
    verdicts = pa.concat_tables(
        judge(rows_of(metrics, *of), together, is_preview)
        for of, together in groupby(claims, key=lambda claim: (claim.tables, claim.metrics))
    )
    for row in verdicts.to_pylist():
        print(f"{row['verdict']:20} {row['id']}: {row['estimate']:.6g} {row['unit']}")
    write_table(verdicts, table)
    with whole_file(csv) as path:
        pyarrow.csv.write_csv(verdicts, path)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        judge_claims(
            snakemake.input[0],
            snakemake.params.studies,
            snakemake.params.is_preview,
            **snakemake.output,
        )
