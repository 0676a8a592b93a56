"""Judge the claims of every study by the metrics."""

from importlib import import_module

import pyarrow.csv

from dlse.results.claims import judge
from dlse.workflow.whole_files import whole_file
from dlse.workflow.job import job
from dlse.workflow.tables import read_table, write_table


def judge_claims(
    metrics: str, studies: list[str], is_preview: bool, table: str, csv: str
) -> None:  # fmt: skip
    """Write the verdicts as Parquet, and as CSV for the eye."""
    modules = (import_module(f"dlse.studies.{study}.claims") for study in studies)
    every = [claim for module in modules for claim in module.CLAIMS]
    claims = judge(read_table(metrics).to_pandas(), every, is_preview)
    for claim in claims.to_pylist():
        print(f"{claim['verdict']:14} {claim['id']}: {claim['estimate']:.6g} {claim['unit']}")
    write_table(claims, table)
    with whole_file(csv) as path:
        pyarrow.csv.write_csv(claims, path)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        judge_claims(
            snakemake.input[0],
            snakemake.params.studies,
            snakemake.params.is_preview,
            **snakemake.output,
        )
