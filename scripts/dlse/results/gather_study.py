"""Gather the tables of one study."""

import pyarrow as pa
import pyarrow.compute as pc

from dlse.workflow.job import job
from dlse.workflow.tables import read_settings, read_table, write_table


def gather(parts: list[str], metrics: str, curves: str | None = None) -> None:
    """Join what the jobs recorded; put values along the training into `curves`, if asked for."""
    recorded = pa.concat_tables([read_table(path) for path in parts], promote_options="default")
    settings = read_settings(parts[-1])
    if curves is not None:
        along = pc.is_valid(recorded["step"])
        write_table(recorded.filter(along), curves, settings)
        recorded = recorded.filter(pc.invert(along))
    write_table(recorded, metrics, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        gather(list(snakemake.input), **snakemake.output)
