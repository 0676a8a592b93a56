"""Gather tables: the jobs of one study, or all studies, into one long table."""

import pyarrow as pa
import pyarrow.compute as pc

from dlse.workflow.job import job
from dlse.workflow.tables import read_settings, read_table, write_table


def gather(
    parts: list[str], metrics: str, curves: str | None = None, config: dict | None = None
) -> None:
    """Columns that a part does not have are null in its rows. The settings are `config`, or those
    of the last part. Put values along the training into `curves`, if asked for."""
    rows = pa.concat_tables([read_table(path) for path in parts], promote_options="default")
    settings = read_settings(parts[-1]) if config is None else config
    if curves is not None:
        along = pc.is_valid(rows["step"])
        write_table(rows.filter(along), curves, settings)
        rows = rows.filter(pc.invert(along))
    write_table(rows, metrics, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        whole = hasattr(snakemake.params, "config")
        gather(
            list(snakemake.input),
            **snakemake.output,
            config=snakemake.params.config if whole else None,
        )
