"""Gather the WGAN-GP runs, and judge when each was accurate."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dlse.studies.wgan.cost import reached
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_settings, read_table, write_table

OF_A_RUN = ["dataset", "variant", "dim", "noise_dim"]


def evaluate(trained: list[str], assessed: list[str], metrics: str, curves: str) -> None:
    """Write what each run has at its end, and what it had along the training."""
    table = pa.concat_tables([read_table(path) for path in trained])
    settings = read_settings(trained[0])
    along = pc.is_valid(table["step"])
    write_table(table.filter(along), curves, settings)
    parts = [table.filter(pc.invert(along)), *(read_table(path) for path in assessed)]
    parts.append(metrics_table(_when_accurate(table.filter(along).to_pandas())))
    write_table(pa.concat_tables(parts, promote_options="default"), metrics, settings)


def _when_accurate(curves: pd.DataFrame) -> list[dict]:
    """Of each run, by its averaged weights: whether and when it was at 5 %, and stayed."""
    seconds = curves[curves.metric == "cpu_seconds"].drop(columns=["split", "metric", "unit"])
    headline = curves[(curves.metric == "headline") & (curves.split == "averaged")]
    keys = [*OF_A_RUN, "seed", "step"]
    joined = headline[[*keys, "value"]].merge(seconds, on=keys, suffixes=("", "_seconds"))
    joined = joined.rename(columns={"value": "headline", "value_seconds": "cpu_seconds"})
    rows = []
    for run, group in joined.groupby(OF_A_RUN, sort=False):
        common = {"study": "wgan", **dict(zip(OF_A_RUN, run, strict=True))}
        for of_seed in reached(group).to_dict("records"):
            for metric, unit in (
                ("reached", "1"), ("stays", "1"), ("steps", "1"), ("cpu_seconds", "CPU s"),
            ):  # fmt: skip
                name = metric if metric in ("reached", "stays") else f"{metric}_to_accuracy"
                rows.append(
                    {**common, "seed": of_seed["seed"], "split": "averaged", "metric": name,
                     "value": float(of_seed[metric]), "unit": unit}
                )  # fmt: skip
    return rows


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(snakemake.input.trained, snakemake.input.assessed, **snakemake.output)
