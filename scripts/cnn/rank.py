"""Rank the trials of one rung of the hyper-parameter search."""

import pyarrow as pa

from dlse.workflow.job import job
from dlse.workflow.tables import read_table, write_table


def rank_cnn(trials: list[str], ranking: str) -> None:
    """Write `ranking`: the highest validation accuracy first, and the lower validation loss first
    among equals."""
    table = pa.concat_tables([read_table(path) for path in trials])
    order = [("validation_accuracy", "descending"), ("validation_loss", "ascending")]
    write_table(table.sort_by(order), ranking)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        rank_cnn(list(snakemake.input), snakemake.output[0])
