"""Gather the metrics of all WGAN-GP runs, and find when each run became accurate."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dlse.studies.wgan.cost import reached
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_settings, read_table, write_table

RUN_COLUMNS = ["dataset", "variant", "dim", "noise_dim"]


def evaluate(trained: list[str], assessed: str, metrics: str, curves: str) -> None:
    """Write the metrics of each run at its end (`metrics`) and during training (`curves`)."""
    table = pa.concat_tables([read_table(path) for path in trained])
    settings = read_settings(trained[0])
    along = pc.is_valid(table["step"])
    table, finals = table.filter(along), table.filter(pc.invert(along))
    write_table(table, curves, settings)
    when = metrics_table(_when_accurate(table.to_pandas()))
    parts = [finals, read_table(assessed), when]
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, settings)


def _when_accurate(curves: pd.DataFrame) -> list[dict]:
    """Find for each run whether and when its averaged weights became accurate, and whether they
    remained so."""
    rows = Metrics("wgan", split="averaged")
    for run, group in curves[curves.metric == "headline"].groupby(RUN_COLUMNS, sort=False):
        where = dict(zip(RUN_COLUMNS, run, strict=True))
        for of_seed in reached(group).to_dict("records"):
            seed = of_seed.pop("seed")
            for metric, value in of_seed.items():
                rows.add(metric, float(value), seed=seed, **where)
    return rows.rows


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(snakemake.input.trained, snakemake.input.assessed, **snakemake.output)
