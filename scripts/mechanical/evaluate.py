"""Compare the energies of the blocks with published ones and with those of the finest mesh."""

from pathlib import Path

import pyarrow as pa

from dlse.studies.mechanical.accuracy import element_differences, published_differences
from dlse.studies.mechanical.published_fields import published_energies
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_table, write_table


def evaluate(parts: list[str], case: str, references: str | None, metrics: str) -> None:
    """Write everything that the jobs recorded, followed by the differences."""
    recorded = pa.concat_tables([read_table(path) for path in parts], promote_options="default")
    rows = recorded.to_pandas()
    differences = Metrics("mechanical_solver", rows.dataset.iloc[0])
    published = None
    if references is not None and case == "uniaxial_extension" and set(rows.dataset) == {"mnist"}:
        published = published_energies(Path(references))
    element_differences(rows, published, differences)
    if published is not None:
        published_differences(rows, published, differences)
    tables = [recorded, metrics_table(differences.rows)]
    write_table(pa.concat_tables(tables, promote_options="default"), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            parts=list(snakemake.input.parts),
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
