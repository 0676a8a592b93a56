"""Judge every claim by the metrics."""

import pyarrow.csv

from dlse.results.claims import judge
from dlse.workflow.whole_files import whole_file
from dlse.workflow.job import job
from dlse.workflow.tables import read_table, write_table


def judge_claims(metrics: str, is_preview: bool, table: str, csv: str) -> None:
    """Write the verdicts as Parquet, and as CSV for the eye."""
    claims = judge(read_table(metrics).to_pandas(), is_preview=is_preview)
    for claim in claims.to_pylist():
        print(f"{claim['verdict']:14} {claim['id']}: {claim['estimate']:.6g} {claim['unit']}")
    write_table(claims, table)
    with whole_file(csv) as path:
        pyarrow.csv.write_csv(claims, path)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        judge_claims(snakemake.input[0], snakemake.params.is_preview, **snakemake.output)
