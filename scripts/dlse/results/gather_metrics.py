"""Put the metrics of every study into one long table."""

import pyarrow as pa

from dlse.workflow.job import job
from dlse.workflow.tables import read_table, write_table


def gather(tables: list[str], config: dict, metrics: str) -> None:
    """Columns that a study does not have are null in its rows."""
    parts = [read_table(path) for path in tables]
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, config)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        gather(list(snakemake.input), snakemake.params.config, snakemake.output[0])
