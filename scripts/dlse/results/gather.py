"""Gather the tables of the jobs of one study, or of all studies, into one long table."""

import sys
from typing import TextIO

import pyarrow as pa
import pyarrow.compute as pc

from dlse.workflow.job import job
from dlse.workflow.tables import computed_on, read_settings, read_table, write_table


def gather(
    parts: list[str], metrics: str, curves: str | None = None, config: dict | None = None
) -> None:
    """Write the rows of all `parts` to `metrics`. Columns that a part lacks are null in its rows.

    curves: a file for the rows along the training (those with a step), if they are to be separate.
    config: the settings to store; None for those of the last part.
    """
    settings = read_settings(parts[-1]) if config is None else config
    table = pa.concat_tables(map(read_table, parts), promote_options="default")
    if curves is not None:
        along = pc.is_valid(table["step"])
        write_table(table.filter(along), curves, settings)
        table = table.filter(pc.invert(along))
    write_table(table, metrics, settings)


def warn_if_mixed(metrics: str, terminal: TextIO) -> None:
    """Tell the user if not all numbers were computed on the same kind of machine."""
    found = computed_on(metrics)
    if found["is_mixed"]:
        kinds = "; ".join(found["hosts"] + found["gpus"])
        for stream in (terminal, sys.stdout):
            print(
                f"Warning: {metrics} was computed on more than one kind of machine ({kinds}); "
                "numbers may differ in their last digits.",
                file=stream,
                flush=True,
            )


if __name__ == "__main__":
    with job(snakemake.log[0]) as terminal:
        of_all = hasattr(snakemake.params, "config")
        config = snakemake.params.config if of_all else None
        gather(list(snakemake.input), **snakemake.output, config=config)
        if of_all:
            warn_if_mixed(snakemake.output.metrics, terminal)
