"""The golden metrics: what the tiny config computes, without costs.

`make golden` renews them, after a change that is meant to change numbers, and prints for the
message of the commit which rows went, came or changed.

Another processor rounds differently, and some trainings amplify that. So the renewal runs the
config once for each entry of `INSTRUCTIONS`, which make the libraries use older instructions. Each
row keeps the tolerance that this shows to be needed.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_numeric_dtype

from support.checkout import REPOSITORY, Checkout, copy_checkout
from support.costs import without_costs

GOLDEN = REPOSITORY / "tests/golden/metrics.parquet"
# The least relative tolerance, and how many times the largest difference between processors it is.
RTOL, MARGIN = 1e-4, 10
# By name, what makes PyTorch, oneDNN, MKL and OpenBLAS use these instructions.
INSTRUCTIONS = {
    "this processor": {},
    "AVX2": {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
    },
    "SSE": {
        "ATEN_CPU_CAPABILITY": "default",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
        "OPENBLAS_CORETYPE": "Nehalem",
    },
}


def metrics_of(checkout: Checkout) -> pd.DataFrame:
    """The metrics of a run of the tiny config, without costs: one column `value`, indexed by
    everything else, as text, and by the number of the row among those that are equal in this."""
    return _indexed(_metrics(checkout).to_pandas())


def differences(now: pd.DataFrame, golden: pd.DataFrame) -> list[str]:
    """One line for each kind of difference, by study and metric: rows that went or came, and values
    that differ by more than their tolerance, with the largest relative difference.

    golden: what `read_golden` returns. A metric whose golden values are all whole numbers is a
    count, and must be the same.
    """
    lines = []
    for words, rows in (
        ("went", golden.index.difference(now.index)),
        ("came", now.index.difference(golden.index)),
    ):
        lines += [f"{of}: {n} rows {words}" for of, n in _by_metric(rows).items()]
    both = golden.join(now.value.rename("now"), how="inner")
    apart = _apart(both.value, both.now)
    changed = apart[apart > both.rtol]
    for of, found in changed.groupby(["study", "metric"]):
        lines.append(f"{' '.join(of)}: {len(found)} values changed, by at most {found.max():.2g}")
    return lines


def read_golden() -> pd.DataFrame:
    """The golden metrics, as `metrics_of`, with the relative tolerance `rtol` of each row."""
    return _indexed(pq.read_table(GOLDEN).to_pandas())


def _indexed(rows: pd.DataFrame) -> pd.DataFrame:
    values = [name for name in ("value", "rtol") if name in rows]
    of = pd.Series("", rows.index)
    for name in sorted(set(rows.columns) - {"study", "metric", *values}):
        column = rows[name]
        # A column of whole numbers is one of decimals where some are missing.
        text = column.map("{:.12g}".format) if is_numeric_dtype(column) else column.astype(str)
        of += (f"{name} " + text + ", ").where(column.notna(), "")
    index = pd.DataFrame({"study": rows.study, "metric": rows.metric, "of": of})
    index["repetition"] = index.groupby(["study", "metric", "of"]).cumcount()
    return rows[values].set_index(pd.MultiIndex.from_frame(index))


def _by_metric(rows: pd.MultiIndex) -> dict[str, int]:
    counts = rows.to_frame(index=False).groupby(["study", "metric"]).size()
    return {" ".join(of): n for of, n in counts.items()}


def _apart(a: pd.Series, b: pd.Series) -> pd.Series:
    """The relative differences; 0 where both are equal or both are NaN. Values below a millionth of
    the largest of their metric count as large as that: they are rounding."""
    larger = np.maximum(a.abs(), b.abs())
    largest = larger.groupby(["study", "metric"]).transform("max")
    apart = ((a - b).abs() / np.maximum(larger, 1e-6 * largest)).fillna(np.inf)
    return apart.mask(a.eq(b) | (a.isna() & b.isna()), 0.0)


def renew() -> None:
    """Compute the golden metrics anew, and print what changed."""
    own, *others = (_run(*instructions) for instructions in INSTRUCTIONS.items())
    first = _indexed(own.to_pandas())
    values = [_indexed(other.to_pandas()).value for other in others]
    apart = pd.concat([_apart(first.value, value) for value in values], axis=1).max(axis=1)
    is_whole = first.value.mod(1).eq(0) & apart.eq(0)
    is_count = is_whole.groupby(["study", "metric"]).transform("all")
    tolerance = np.maximum(RTOL, MARGIN * apart).mask(is_count, 0.0)
    if GOLDEN.exists():
        print(*differences(first, read_golden()) or ["Nothing changed."], sep="\n")
    table = own.append_column("rtol", pa.array(tolerance, pa.float32()))
    kept = [name for name in table.column_names if table[name].null_count < len(table)]
    table = table.select(kept).replace_schema_metadata(None)
    pq.write_table(table, GOLDEN, compression="zstd", compression_level=19)


def _run(name: str, variables: dict[str, str]) -> pa.Table:
    print(f"Running the tiny config with the instructions of {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        checkout = copy_checkout(Path(folder))
        command = checkout.command("--cores", "2", "results/metrics.parquet")
        environment = os.environ | variables
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        return _metrics(checkout)


def _metrics(checkout: Checkout) -> pa.Table:
    """The metrics of a run, without costs, and without errors of PCA in dimensions that no
    autoencoder has: beyond the rank of the data, its axes are rounding."""
    table = without_costs(pq.read_table(checkout.folder / "results/metrics.parquet"))
    rows = table.select(["study", "variant", "latent_dim"]).to_pandas()
    is_pca = (rows.variant == "pca") & rows.latent_dim.notna()
    trained = pd.MultiIndex.from_frame(rows.loc[~is_pca, ["study", "latent_dim"]])
    has_network = pd.MultiIndex.from_frame(rows[["study", "latent_dim"]]).isin(trained)
    return table.filter(pa.array(~is_pca | has_network))


if __name__ == "__main__":
    renew()
