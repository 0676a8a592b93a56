"""What the report says about speed: our code against its peers, and the whole workflow."""

import numpy as np
import pandas as pd

from dlse.results.labels import display_name
from dlse.results.timing import ratios_table
from dlse.studies.benchmark.names import LINE_NAMES
from dlse.workflow.tables import read_table


def facts(metrics: pd.DataFrame, settings: dict, measured: dict) -> dict:
    """The lines of the table `measured`, and the cost of the whole workflow. Without such a table
    there is only `is_measured`."""
    if measured["path"] is None:
        return {"is_measured": False}
    table = read_table(measured["path"])
    benchmark, cpu = table.to_pandas(), table.schema.metadata[b"cpu"].decode()
    workflow = benchmark[benchmark.study == "workflow"]
    return {
        "is_measured": True,
        "cpu": cpu,
        "dataset": display_name(benchmark[benchmark.variant == "pca"].dataset.iloc[0]),
        "rounds": benchmark[benchmark.study == "benchmark"].rounds.max(),
        "peers": [
            {
                **_line(row),
                "our_seconds": row.our_cpu_seconds,
                "seconds": row.cpu_seconds,
                "ratio": row.ratio,
                "extremes": [row.smallest_ratio, row.largest_ratio],
            }
            for row in ratios_table(benchmark).itertuples()
        ],
        "not_reached": [
            {**_line(row), "our_seconds": row.our_value, "seconds": row.value}
            for row in unreached(benchmark).itertuples()
        ],
        "workflow": [
            {"cores": cores, **rows.set_index("metric").value}
            for cores, rows in workflow.groupby("cores")
        ],
    }


def _line(row) -> dict:
    """What was measured, with the accuracy or the dimension if the line has one."""
    return {
        "name": LINE_NAMES[row.variant],
        "accuracy": row.accuracy,
        "dim": row.dim,
        "peer": row.peer,
    }


def unreached(benchmark: pd.DataFrame) -> pd.DataFrame:
    """The peers that did not reach what our code did: one row each, with how many CPU seconds they
    were trained for (`value`) and how many our code took (`our_value`)."""
    ours = benchmark[(benchmark.metric == "cpu_seconds") & (benchmark.peer == "ours")]
    ours = ours.rename(columns={"value": "our_value"})
    bounds = benchmark[benchmark.metric == "cpu_seconds_at_least"]
    wgan = bounds.merge(ours[["variant", "dim", "our_value"]], on=["variant", "dim"])
    # The CNN's peer is evaluated along one training; its end is the bound.
    along = benchmark[benchmark.metric == "cpu_seconds_along"]
    reached = benchmark[(benchmark.metric == "ratio") & (benchmark.variant == "cnn")].accuracy
    cnn = ours[(ours.variant == "cnn") & ~ours.accuracy.isin(reached)]
    cnn = cnn.assign(peer=along.peer.max(), value=along.value.max())
    both = pd.concat([cnn, wgan])
    return both[np.isfinite(both.our_value)]  # otherwise our code did not reach it, either
