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


def read_table(path: str | Path, columns: list[str] | None = None) -> pa.Table:
    """The table that `write_table` wrote, or some of its columns. Raises a `UserError` if the file
    is damaged, has another `SCHEMA_VERSION`, or is something else."""
    try:
        with pq.ParquetFile(path) as file:  # pq.read_table imports modules for longer than it reads
            table = file.read(columns)
    except (pa.ArrowException, OSError):
        raise damaged(path, "Parquet file") from None
    if (table.schema.metadata or {}).get(b"schema_version") != SCHEMA_VERSION.encode():
        raise UserError(
            f"{path} was written by another version of this workflow, or by something else; "
            "delete it, and the next `snakemake` makes it again."
        )
    return table


def read_settings(path: str | Path) -> dict:
    """The settings that `write_table` was given."""
    return json.loads(read_table(path, columns=[]).schema.metadata[b"settings"])


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
