"""Compare the energies of blocks with published ones and with those of the finest mesh."""

from pathlib import Path

import pyarrow as pa

from dlse.studies.mechanical.accuracy import element_differences, published_differences
from dlse.studies.mechanical.published_fields import published_energies
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_table, write_table


def evaluate(parts: list[str], case: str, references: str | None, metrics: str) -> None:
    """Write all that the jobs recorded, and the differences."""
    recorded = pa.concat_tables([read_table(path) for path in parts], promote_options="default")
    rows = recorded.to_pandas()
    published = None
    if references is not None and case == "uniaxial_extension" and set(rows.dataset) == {"mnist"}:
        published = published_energies(Path(references))
    added = element_differences(rows, published)
    if published is not None:
        added += published_differences(rows, published)
    common = {"study": "mechanical_solver", "dataset": rows.dataset.iloc[0], "unit": "1"}
    differences = metrics_table([{**common, **row} for row in added])
    table = pa.concat_tables([recorded, differences], promote_options="default")
    write_table(table, metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            parts=list(snakemake.input.parts),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
