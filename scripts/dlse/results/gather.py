"""Gather the tables of the jobs of one study, or of all studies, into one long table."""

import sys
from contextlib import ExitStack
from typing import TextIO

import pyarrow as pa
import pyarrow.compute as pc

from dlse.results.kinds import mixed, tally
from dlse.workflow.job import job
from dlse.workflow.tables import pieces_to, provenance, read_pieces, read_settings, schema_of


def gather(
    parts: list[str], metrics: str, curves: str | None = None, config: dict | None = None
) -> None:
    """Write the rows of all `parts` to `metrics`. Columns that a part lacks are null in its rows.
    The tables may be larger than the memory.

    curves: a file for the rows along the training (those with a step), if they are to be separate.
    config: the settings to store; None for those of the last part.
    """
    metadata = provenance(read_settings(parts[-1]) if config is None else config)
    schema = pa.unify_schemas([schema_of(path) for path in parts])
    with ExitStack() as files:
        write = files.enter_context(pieces_to(metrics, schema, metadata))
        if curves is not None:
            write_curves = files.enter_context(pieces_to(curves, schema, metadata))
        for path in parts:
            for piece in read_pieces(path):
                rows = pa.concat_tables([schema.empty_table(), piece], promote_options="default")
                if curves is not None:
                    along = pc.is_valid(rows["step"])
                    write_curves(rows.filter(along))
                    rows = rows.filter(pc.invert(along))
                write(rows)


def warn_if_mixed(metrics: str, terminal: TextIO) -> None:
    """Tell the user if the rows of the table `metrics` were not all computed with the same
    versions, processor, GPU and number format."""
    found = mixed(tally(metrics))
    if found:
        differing = "; ".join(f"{name}: {', '.join(values)}" for name, values in found.items())
        for stream in (terminal, sys.stdout):
            print(
                f"Warning: the rows of {metrics} were not all computed alike ({differing}); "
                "the report counts them.",
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
