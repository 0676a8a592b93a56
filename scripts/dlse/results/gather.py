"""Gather the tables of the jobs of one study, or of all studies, into one long table."""

import pyarrow as pa
import pyarrow.compute as pc

from dlse.workflow.job import job
from dlse.workflow.tables import read_settings, read_table, write_table


def gather(
    parts: list[str], metrics: str, curves: str | None = None, config: dict | None = None
) -> None:
    """Write the rows of all `parts` to `metrics`. Columns that a part lacks are null in its rows.

    curves: a file for the rows along the training (those with a step), if they are to be separate.
    config: the settings to store; None for those of the last part.
    """
    rows = pa.concat_tables([read_table(path) for path in parts], promote_options="default")
    settings = read_settings(parts[-1]) if config is None else config
    if curves is not None:
        along = pc.is_valid(rows["step"])
        write_table(rows.filter(along), curves, settings)
        rows = rows.filter(pc.invert(along))
    write_table(rows, metrics, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        of_all = hasattr(snakemake.params, "config")
        config = snakemake.params.config if of_all else None
        gather(list(snakemake.input), **snakemake.output, config=config)
