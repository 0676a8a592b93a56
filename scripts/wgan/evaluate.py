"""Gather the metrics of all WGAN-GP runs, and find when each run became accurate."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dlse.studies.wgan.cost import reached
from dlse.studies.wgan.measure.readings import READINGS
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_settings, read_table, write_table

RUN_COLUMNS = ["dataset", "variant", "dim", "noise_dim"]
CURVE_COLUMNS = [*RUN_COLUMNS, "seed", "split", "step", "metric", "value"]


def evaluate(trained: list[str], assessed: list[str], metrics: str, curves: str) -> None:
    """Write the metrics of each run at its end (`metrics`) and during training (`curves`)."""
    table = pa.concat_tables([read_table(path) for path in trained])
    settings = read_settings(trained[0])
    along = pc.is_valid(table["step"])
    table, finals = table.filter(along), table.filter(pc.invert(along))
    write_table(table, curves, settings)
    table = table.select(CURVE_COLUMNS)
    parts = [finals, *(read_table(path) for path in assessed)]
    parts.append(metrics_table(_when_accurate(table.to_pandas())))
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, settings)


def _when_accurate(curves: pd.DataFrame) -> list[dict]:
    """Find for each run and reading whether and when its averaged weights became accurate, by all
    evaluations, and whether they remained so, by those that are evenly spaced."""
    rows = Metrics("wgan", split="averaged")
    of_averaged = curves[curves.split.isin(("averaged", "between"))]
    for reading in READINGS:
        prefix = "" if reading == "headline" else f"{reading}_"
        of_reading = of_averaged[of_averaged.metric == reading]
        of_reading = of_reading.rename(columns={"value": reading})
        for run, group in of_reading.groupby(RUN_COLUMNS, sort=False):
            where = dict(zip(RUN_COLUMNS, run, strict=True))
            evenly = reached(group[group.split == "averaged"], reading).set_index("seed")
            for of_seed in reached(group, reading).to_dict("records"):
                seed = of_seed.pop("seed")
                of_seed["stays"] = evenly.stays[seed]
                for metric, value in of_seed.items():
                    rows.add(prefix + metric, float(value), seed=seed, **where)
    return rows.rows


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(snakemake.input.trained, snakemake.input.assessed, **snakemake.output)
