"""What the report says about speed: our code against its peers, and the whole workflow."""

import numpy as np
import pandas as pd

from dlse.results.labels import display_name
from dlse.results.timing import ratios_table
from dlse.studies.benchmark.names import LINE_NAMES, PEER_NAMES
from dlse.workflow.tables import read_settings, read_table


def facts(metrics: str, settings: dict, measured: dict) -> dict:
    """The lines of the table `measured`, and the cost of the whole workflow. Without such a table
    there is only `is_measured`."""
    if measured["path"] is None:
        return {"is_measured": False}
    table = read_table(measured["path"])
    benchmark, cpu = table.to_pandas(), table.schema.metadata[b"cpu"].decode()
    workflow = benchmark[benchmark.study == "workflow"]
    along = benchmark[benchmark.metric == "cpu_seconds_along"]
    ours = benchmark[(benchmark.metric == "cpu_seconds") & (benchmark.peer == "ours")]
    rounds = {_key(row): row.rounds for row in ours.itertuples()}
    reached = benchmark[(benchmark.metric == "reached") & (benchmark.peer == "ours")]
    return {
        "is_measured": True,
        "cpu": cpu,
        "version": table.schema.metadata[b"workflow_version"].decode(),
        "precision": read_settings(measured["path"])["precision"],
        "dataset": display_name(benchmark[benchmark.variant == "pca"].dataset.iloc[0]),
        "peers": [
            {
                **_line(row),
                "our_seconds": row.our_cpu_seconds,
                "seconds": row.cpu_seconds,
                "rounds": rounds[_key(row)],
                "ratio": row.ratio,
                "extremes": [row.smallest_ratio, row.largest_ratio],
            }
            for row in ratios_table(benchmark).itertuples()
        ],
        "not_reached": [
            {
                **_line(row),
                "our_seconds": row.our_value,
                "seconds": row.value,
                "best": along.accuracy.max() if row.variant == "cnn" else None,
            }
            for row in unreached(benchmark).itertuples()
        ],
        "reached": [
            {"accuracy": row.accuracy, "share": 100 * row.value, "rounds": row.rounds}
            for row in reached.itertuples()
        ],
        "workflow": [
            {"cores": cores, **rows.set_index("metric").value}
            for cores, rows in workflow.groupby("cores")
        ],
    }


def _key(row) -> tuple:
    """What tells a line of the table from the others."""
    return (row.variant, *np.nan_to_num([row.accuracy, row.dim]))


def _line(row) -> dict:
    """What was measured, with the accuracy or the dimension if the line has one."""
    return {
        "name": LINE_NAMES[row.variant],
        "accuracy": row.accuracy,
        "dim": row.dim,
        "peer": PEER_NAMES.get(row.peer, row.peer),
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
