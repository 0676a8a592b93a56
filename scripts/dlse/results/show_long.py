"""Take over the metrics of long trainings, if they are of the data set of this run."""

import pyarrow as pa
import pyarrow.compute as pc

from dlse.images.data_names import label_of
from dlse.images.dataset import load_description
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_settings, read_table, write_table


def show(table: dict, about: str, shown: str) -> None:
    """Write to `shown` the rows of `table` about the data set that `about` describes.

    There are none if the table is of another data set, as a recorded one may be, or if there is no
    table.

    table: what `shown_table` found; its path is None if nothing was measured or recorded.
    """
    description = load_description(about)
    dataset = label_of(description["name"], description["is_stand_in"])
    rows, settings = metrics_table([]), {}
    if table["path"] is not None:
        rows, settings = read_table(table["path"]), read_settings(table["path"])
    of_it = rows.filter(pc.equal(rows["dataset"], pa.scalar(dataset)))
    print(f"{len(of_it)} of {len(rows)} rows of {table['path']} are about {dataset}")
    write_table(of_it, shown, settings)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        show(snakemake.params.table, snakemake.input.about, snakemake.output[0])
