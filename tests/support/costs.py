"""What two runs of the same config share."""

import pyarrow as pa
import pyarrow.compute as pc

# Units of values that differ between two runs, or between the same seeds in other jobs.
COST_UNITS = ("CPU s",)


def without_costs(table: pa.Table) -> pa.Table:
    """The rows of a metrics table that are the same in two runs of the same config."""
    return table.filter(pc.invert(pc.is_in(table["unit"], pa.array(COST_UNITS))))
