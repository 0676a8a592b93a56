"""Gather the tables of task 5."""

import pyarrow as pa
import pyarrow.compute as pc

from dlse.job import job
from dlse.tables import read_settings, read_table, write_table


def evaluate(trainings: list[str], metrics: str, curves: str) -> None:
    """Part what the jobs recorded into final values and values along the training."""
    recorded = pa.concat_tables([read_table(path) for path in trainings], promote_options="default")
    settings = read_settings(trainings[-1])
    along = pc.is_valid(recorded["step"])
    write_table(recorded.filter(along), curves, settings)
    write_table(recorded.filter(pc.invert(along)), metrics, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(list(snakemake.input), snakemake.output.metrics, snakemake.output.curves)
