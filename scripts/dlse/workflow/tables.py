"""Metrics as Parquet files: one long table per study, with its provenance in the file.

A column says of each row what computed it, since one table may gather the rows of many jobs.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dlse.workflow.errors import UserError
from dlse.workflow.whole_files import damaged, whole_file

# The columns that every metric has. A study adds its parameters as further columns.
COLUMNS = pa.schema(
    [
        ("study", pa.string()),
        ("dataset", pa.string()),
        ("variant", pa.string()),
        ("seed", pa.int64()),
        ("split", pa.string()),
        ("step", pa.int64()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
    ]
)
# To be raised when a table of an earlier version would be misread.
SCHEMA_VERSION = "1"
PACKAGES = ("numpy", "pyarrow", "scikit-learn", "scipy", "snakemake", "torch")
# Of these, the ones whose versions can change a number.
COMPUTING = ("numpy", "scikit-learn", "scipy", "torch")
# The column that says what computed a row, as `kind` does.
COMPUTED_WITH = pa.field("computed_with", pa.dictionary(pa.int32(), pa.string()))
# Tables are written and read in pieces of about so many rows, to bound the memory.
ROWS = 2**17


class Metrics:
    """Records the rows of a metrics table, one per value."""

    def __init__(self, study: str, dataset: str | None = None, **common) -> None:
        """common: the columns that all rows share, such as `variant` or a parameter."""
        self.rows: list[dict] = []
        self._common = {"study": study, "dataset": dataset, **common}

    def add(self, metric: str, value: float, unit: str = "1", **where) -> None:
        """Record one value. where: further columns of its row, such as `seed`, `split`, `step`."""
        row = {**self._common, **where, "metric": metric, "value": value, "unit": unit}
        self.rows.append(row)

    def write(self, path: str | Path, settings: dict | None = None) -> None:
        """Write the rows as `write_table` does."""
        write_table(metrics_table(self.rows), path, settings)


def metrics_table(rows: list[dict]) -> pa.Table:
    """The rows as a table: the columns `COLUMNS` (absent ones are null), then the parameters."""
    common = set(COLUMNS.names)
    parameters = list(dict.fromkeys(key for row in rows for key in row if key not in common))
    columns = {name: [row.get(name) for row in rows] for name in COLUMNS.names}
    table = pa.table(columns, schema=COLUMNS)
    for name in parameters:
        table = table.append_column(name, pa.array([row.get(name) for row in rows]))
    return table


def write_table(table: pa.Table, path: str | Path, settings: dict | None = None) -> None:
    """Write `table`, completely or not at all, with its provenance as key-value metadata.

    Rows that were read from other tables keep what computed them; the other rows are of this job.
    """
    metadata = provenance(settings or {})
    own = kind(metadata)
    if COMPUTED_WITH.name not in table.column_names:
        table = _labeled(table, own)
    elif table[COMPUTED_WITH.name].null_count:
        labels = table[COMPUTED_WITH.name].cast(pa.string()).fill_null(own).dictionary_encode()
        place = table.column_names.index(COMPUTED_WITH.name)
        table = table.set_column(place, COMPUTED_WITH, labels)
    with pieces_to(path, table.schema, metadata) as write:
        write(table)


@contextmanager
def pieces_to(
    path: str | Path, schema: pa.Schema, metadata: dict[str, str]
) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that writes one more piece of the table at `path`, which appears when all
    are written. The pieces have the columns of `schema`, among them `COMPUTED_WITH`.

    metadata: what `provenance` returned.
    """
    schema = schema.with_metadata(metadata)
    with whole_file(path) as beside, pq.ParquetWriter(beside, schema) as writer:
        waiting: list[pa.Table] = []  # many small pieces would make a large file that reads slowly

        def write_waiting() -> None:
            writer.write_table(pa.concat_tables(waiting), ROWS)
            waiting.clear()

        def write(piece: pa.Table) -> None:
            waiting.append(piece.replace_schema_metadata(schema.metadata))
            if sum(map(len, waiting)) >= ROWS:
                write_waiting()

        yield write
        if waiting:
            write_waiting()


def read_table(
    path: str | Path, columns: list[str] | None = None, where: dict[str, list] | None = None
) -> pa.Table:
    """The table that `write_table` wrote, or some of its columns and rows.

    where: by column, the values that the rows to read have in it. Pieces of the file without such
        rows are not read.
    Raises a `UserError` if the file is damaged, has another `SCHEMA_VERSION`, or is something else.
    """
    return pa.concat_tables(read_pieces(path, columns, where))


def read_pieces(
    path: str | Path, columns: list[str] | None = None, where: dict[str, list] | None = None
) -> Iterator[pa.Table]:
    """What `read_table` reads, piece by piece, to bound the memory. The first piece has no rows."""
    where = where or {}
    to_read = None if columns is None else [*dict.fromkeys([*columns, *where])]
    with_kind = columns is None or COMPUTED_WITH.name in columns

    def asked_for(piece: pa.Table) -> pa.Table:
        for name, values in where.items():
            one_of = pc.is_in(piece[name], pa.array(values, piece[name].type))
            piece = piece.filter(one_of)
        if with_kind and COMPUTED_WITH.name not in piece.column_names:  # an older table
            piece = _labeled(piece, kind(_as_text(piece.schema.metadata)))
        if columns is None:
            return piece
        return piece.select([name for name in columns if name in piece.column_names])

    try:
        # pq.read_table and pyarrow.dataset import modules for longer than a small table takes.
        with pq.ParquetFile(path) as file:
            if (file.schema_arrow.metadata or {}).get(b"schema_version") != SCHEMA_VERSION.encode():
                raise UserError(
                    f"{path} was written by another version of this workflow, or by something "
                    "else; delete it, and the next `snakemake` makes it again."
                )
            yield asked_for(file.schema_arrow.empty_table())
            for group in range(file.num_row_groups):
                if _may_have(file.metadata.row_group(group), where):
                    yield asked_for(file.read_row_group(group, to_read))
    except (pa.ArrowException, OSError):
        raise damaged(path, "Parquet file") from None


def schema_of(path: str | Path) -> pa.Schema:
    """The columns of the table at `path`, without its metadata."""
    return next(read_pieces(path)).schema.remove_metadata()


def read_provenance(path: str | Path) -> dict[str, str]:
    """What `provenance` returned to the job that wrote the table at `path`."""
    return _as_text(next(read_pieces(path)).schema.metadata)


def read_settings(path: str | Path) -> dict:
    """The settings that `write_table` was given."""
    return json.loads(read_provenance(path)["settings"])


def dataset_of(path: str | Path) -> str:
    """The data set of a metrics table."""
    return read_table(path, columns=["dataset"])["dataset"][0].as_py()


def provenance(settings: dict) -> dict[str, str]:
    """Where the numbers come from: workflow version, settings, package versions, machine."""
    return {
        "schema_version": SCHEMA_VERSION,
        "workflow_version": workflow_version(),
        "settings": json.dumps(settings, sort_keys=True),
        "python": platform.python_version(),
        "packages": json.dumps({name: version(name) for name in PACKAGES}),
        "cpu": cpu_model(),
        "threads": os.environ.get("OMP_NUM_THREADS", "1"),  # Snakemake sets it for each job
        "gpu": gpu_model(),
    }


def kind(metadata: dict[str, str]) -> str:
    """What the numbers of a job depend on beside its code and settings, as JSON: by name, the
    versions of Python and of the packages that compute, the processor, and where the job had a
    choice of them, the GPU and the number format of its training.

    metadata: what `provenance` returned.
    """
    settings, packages = json.loads(metadata["settings"]), json.loads(metadata["packages"])
    found = {"Python": metadata["python"], **{name: packages[name] for name in COMPUTING}}
    found["processor"] = metadata["cpu"]
    if metadata.get("gpu", "none") != "none" or settings.get("device") == "cpu":
        found["GPU"] = metadata["gpu"]
    if settings.get("precision", "auto") != "auto":
        found["number format"] = settings["precision"].removeprefix("torch.")
    return json.dumps(found)


def gpu_model() -> str:
    """The name of the GPU that this process has used; "none" if it has used none."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return "none"
    return torch.cuda.get_device_name()


def workflow_version() -> str:
    """The commit of this checkout, marked if files differ from it; "unknown" without git."""
    try:
        return subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu_model() -> str:
    """The name of the processor, or of its architecture if the system does not tell the name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _as_text(metadata: dict[bytes, bytes]) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in metadata.items()}


def _labeled(table: pa.Table, label: str) -> pa.Table:
    """`table` with the column `COMPUTED_WITH`, the same in all rows."""
    indices = pa.nulls(len(table), pa.int32()).fill_null(0)
    return table.append_column(COMPUTED_WITH, pa.DictionaryArray.from_arrays(indices, [label]))


def _may_have(group: pq.RowGroupMetaData, where: dict[str, list]) -> bool:
    """Whether the group may have rows that `where` asks for, by its least and greatest values."""
    columns = map(group.column, range(group.num_columns))
    for column in (column for column in columns if column.path_in_schema in where):
        known, values = column.statistics, where[column.path_in_schema]
        has_ends = known is not None and known.has_min_max
        if has_ends and not any(known.min <= value <= known.max for value in values):
            return False
    return True
