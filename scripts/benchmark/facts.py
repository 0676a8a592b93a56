"""What the report says about speed: ours beside peers, and the whole workflow."""

import numpy as np
import pandas as pd

from dlse.results.labels import display_name
from dlse.results.timing import ratios_table
from dlse.studies.benchmark.names import LINE_NAMES
from dlse.workflow.tables import read_table


def facts(metrics: pd.DataFrame, settings: dict, measured: dict) -> dict:
    """The lines of the table `measured`, and the whole workflow's cost; only `is_measured` where
    there is no such table."""
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
                "ours": row.our_cpu_seconds,
                "theirs": row.cpu_seconds,
                "ratio": row.ratio,
                "extremes": [row.smallest_ratio, row.largest_ratio],
            }
            for row in ratios_table(benchmark).itertuples()
        ],
        "not_reached": [
            {**_line(row), "ours": row.value_ours, "theirs": row.value}
            for row in unreached(benchmark).itertuples()
        ],
        "workflow": [
            {"cores": cores, **rows.set_index("metric").value}
            for cores, rows in workflow.groupby("cores")
        ],
    }


def _line(row) -> dict:
    """What was measured, with the accuracy or the dimension where the line has one."""
    return {
        "name": LINE_NAMES[row.variant],
        "accuracy": row.accuracy,
        "dim": row.dim,
        "peer": row.peer,
    }


def unreached(benchmark: pd.DataFrame) -> pd.DataFrame:
    """The peers that never got where ours did, with our CPU seconds and how long theirs went on."""
    bounds = benchmark[benchmark.metric == "cpu_seconds_at_least"]
    ours = benchmark[(benchmark.metric == "cpu_seconds") & (benchmark.peer == "ours")]
    of_wgan = bounds.merge(ours[["variant", "dim", "value"]], on=["variant", "dim"],
                           suffixes=("", "_ours"))  # fmt: skip
    # The CNN's peer is looked at along one training, whose end is the bound.
    along = benchmark[benchmark.metric == "cpu_seconds_along"]
    reached = benchmark[(benchmark.metric == "ratio") & (benchmark.variant == "cnn")].accuracy
    of_cnn = ours[(ours.variant == "cnn") & ~ours.accuracy.isin(reached)]
    of_cnn = of_cnn.assign(peer=along.peer.max(), value=along.value.max(), value_ours=of_cnn.value)
    both = pd.concat([of_cnn, of_wgan])
    return both[np.isfinite(both.value_ours)]  # else ours did not get there, either
