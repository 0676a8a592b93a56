"""Read the rows that a claim or a section of the report is about, and no others."""

import pandas as pd
import pyarrow as pa

from dlse.workflow.tables import COLUMNS, read_pieces


def rows_of(metrics: str, tables: str, names: str = "") -> pd.DataFrame:
    """The rows of some metrics tables, from the table `metrics` of all studies.

    tables, names: the names of these tables and of the metrics, separated by spaces; "" for all
        metrics.

    Of the parameters there are those that some row has: the empty columns of other studies would
    take most of the memory. If there are no rows, there are all columns.
    """
    where = {"study": tables.split()}
    if names:
        where["metric"] = names.split()
    nothing, *pieces = (_without_empty(piece) for piece in read_pieces(metrics, where=where))
    found = [piece for piece in pieces if len(piece)] or [nothing]
    return pa.concat_tables(found, promote_options="default").to_pandas()


def _without_empty(rows: pa.Table) -> pa.Table:
    """`rows` without the parameters that none of them has; all columns if there are no rows."""
    parameters = [name for name in rows.column_names if name not in COLUMNS.names]
    empty = [name for name in parameters if rows[name].null_count == len(rows)]
    return rows.drop_columns(empty) if len(rows) else rows
