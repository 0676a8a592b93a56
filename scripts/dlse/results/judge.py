"""Judge the claims of all studies by the metrics."""

from importlib import import_module

import pyarrow.csv

from dlse.results.claims import judge
from dlse.workflow.job import job
from dlse.workflow.tables import read_table, write_table
from dlse.workflow.whole_files import whole_file


def judge_claims(metrics: str, studies: list[str], is_preview: bool, table: str, csv: str) -> None:
    """Write the verdicts as Parquet, and as CSV to look at."""
    modules = (import_module(f"dlse.studies.{study}.claims") for study in studies)
    claims = [claim for module in modules for claim in module.CLAIMS]
    verdicts = judge(read_table(metrics).to_pandas(), claims, is_preview)
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
