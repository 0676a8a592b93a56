"""Read the rows that a claim or a section of the report is about, and no others."""

import pandas as pd

from dlse.workflow.tables import COLUMNS, read_table


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
    rows = read_table(metrics, where=where)
    parameters = [name for name in rows.column_names if name not in COLUMNS.names]
    if len(rows):
        rows = rows.drop_columns([n for n in parameters if rows[n].null_count == len(rows)])
    return rows.to_pandas()
