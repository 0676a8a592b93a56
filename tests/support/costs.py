"""What two runs of the same config share."""

import pyarrow as pa
import pyarrow.compute as pc

from dlse.workflow.tables import COMPUTED_WITH

# Units of values that differ between two runs, or between the same seeds in other jobs.
COST_UNITS = ("CPU s",)


def without_costs(table: pa.Table) -> pa.Table:
    """The rows and columns of a metrics table that are the same in two runs of the same config,
    whatever computed them."""
    table = table.select([name for name in table.column_names if name != COMPUTED_WITH.name])
    return table.filter(pc.invert(pc.is_in(table["unit"], pa.array(COST_UNITS))))
