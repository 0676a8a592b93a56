"""Gather the metrics of all WGAN-GP runs, and find when each run became accurate."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dlse.studies.wgan.cost import reached
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, read_settings, read_table, write_table

RUN_COLUMNS = ["dataset", "variant", "dim", "noise_dim"]


def evaluate(trained: list[str], assessed: list[str], metrics: str, curves: str) -> None:
    """Write the metrics of each run at its end (`metrics`) and during training (`curves`)."""
    table = pa.concat_tables([read_table(path) for path in trained])
    settings = read_settings(trained[0])
    along = pc.is_valid(table["step"])
    write_table(table.filter(along), curves, settings)
    parts = [table.filter(pc.invert(along)), *(read_table(path) for path in assessed)]
    parts.append(metrics_table(_when_accurate(table.filter(along).to_pandas())))
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, settings)


def _when_accurate(curves: pd.DataFrame) -> list[dict]:
    """Find for each run whether and when its averaged weights became accurate, and whether they
    remained so."""
    seconds = curves[curves.metric == "cpu_seconds"].drop(columns=["split", "metric", "unit"])
    headline = curves[(curves.metric == "headline") & (curves.split == "averaged")]
    keys = [*RUN_COLUMNS, "seed", "step"]
    joined = headline[[*keys, "value"]].merge(seconds, on=keys, suffixes=("", "_seconds"))
    joined = joined.rename(columns={"value": "headline", "value_seconds": "cpu_seconds"})
    rows = Metrics("wgan", split="averaged")
    for run, group in joined.groupby(RUN_COLUMNS, sort=False):
        where = dict(zip(RUN_COLUMNS, run, strict=True))
        for of_seed in reached(group).itertuples():
            for metric, value, unit in (
                ("reached", of_seed.reached, "1"),
                ("stays", of_seed.stays, "1"),
                ("steps_to_accuracy", of_seed.steps, "1"),
                ("cpu_seconds_to_accuracy", of_seed.cpu_seconds, "CPU s"),
            ):
                rows.add(metric, float(value), unit, seed=of_seed.seed, **where)
    return rows.rows


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(snakemake.input.trained, snakemake.input.assessed, **snakemake.output)
