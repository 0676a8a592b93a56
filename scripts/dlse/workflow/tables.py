"""Metrics as Parquet files: one long table per study, with its provenance in the file."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
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
# By the metadata of the tables that this process has read, on what they were computed.
_read: dict[str, set[str]] = {"computed_on": set(), "gpus": set()}


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
    """Write `table`, completely or not at all, with its provenance as key-value metadata."""
    with whole_file(path) as beside:
        pq.write_table(table.replace_schema_metadata(provenance(settings or {})), beside)


def read_table(
    path: str | Path, columns: list[str] | None = None, where: dict[str, list] | None = None
) -> pa.Table:
    """The table that `write_table` wrote, or some of its columns and rows.

    where: by column, the values that the rows to read have in it.
    Raises a `UserError` if the file is damaged, has another `SCHEMA_VERSION`, or is something else.
    """
    try:
        with pq.ParquetFile(path) as file:
            metadata = _as_text(file.schema_arrow.metadata)
            if metadata.get("schema_version") != SCHEMA_VERSION:
                raise UserError(
                    f"{path} was written by another version of this workflow, or by something "
                    "else; delete it, and the next `snakemake` makes it again."
                )
            for name, found in _read.items():
                found.update(json.loads(metadata.get(name, "[]")))
            if where is None:
                return file.read(columns)
        # Imports modules for longer than a small table takes.
        filters = [(name, "in", values) for name, values in where.items()]
        return pq.read_table(path, columns=columns, filters=filters)
    except (pa.ArrowException, OSError):
        raise damaged(path, "Parquet file") from None


def read_provenance(path: str | Path) -> dict[str, str]:
    """What `provenance` returned to the job that wrote the table at `path`."""
    return _as_text(read_table(path, columns=[]).schema.metadata)


def read_settings(path: str | Path) -> dict:
    """The settings that `write_table` was given."""
    return json.loads(read_provenance(path)["settings"])


def dataset_of(path: str | Path) -> str:
    """The data set of a metrics table."""
    return read_table(path, columns=["dataset"])["dataset"][0].as_py()


def provenance(settings: dict) -> dict[str, str]:
    """Where the numbers come from: workflow version, settings, package versions, machine; and on
    what this job, and the jobs whose tables it has read, have computed."""
    packages = {name: version(name) for name in PACKAGES}
    versions = ", ".join(f"{name} {packages[name]}" for name in COMPUTING)
    host = f"{cpu_model()}, with Python {platform.python_version()}, {versions}"
    own = {"computed_on": {host}, "gpus": {gpu_model()} - {"none"}}
    return {
        "schema_version": SCHEMA_VERSION,
        "workflow_version": workflow_version(),
        "settings": json.dumps(settings, sort_keys=True),
        "python": platform.python_version(),
        "packages": json.dumps(packages),
        "cpu": cpu_model(),
        "threads": os.environ.get("OMP_NUM_THREADS", "1"),  # Snakemake sets it for each job
        "gpu": gpu_model(),
        **{name: json.dumps(sorted(own[name] | found)) for name, found in _read.items()},
    }


def computed_on(path: str | Path) -> dict:
    """On what the table at `path` and those that it was made from were computed: the `hosts`
    (processor and versions), the `gpus`, and whether there is more than one kind of either, so that
    numbers may differ in their last digits (`is_mixed`)."""
    stored = read_provenance(path)
    hosts, gpus = (json.loads(stored[name]) for name in _read)
    return {"hosts": hosts, "gpus": gpus, "is_mixed": len(hosts) > 1 or len(gpus) > 1}


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
