"""What became of the networks of each variant, read from the metrics piece by piece."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from dlse.workflow.tables import read_pieces

COLUMNS = ["dataset", "variant", "seed", "metric", "value", "width", "depth"]


class Variant(NamedTuple):
    """The networks of one variant: one row per seed, in their order, and one column per metric."""

    dataset: str
    width: int
    depth: int
    networks: pd.DataFrame


def read_variants(metrics: str, names: Iterable[str] | None = None) -> dict[str, Variant]:
    """The variants of task 2, or those with these `names`, in the order of the table `metrics`. It
    may have the rows of other studies, too.

    A million networks are ten million rows, of which there is only one piece at a time in memory.
    """
    where = {"study": ["dying_relu"]} | ({} if names is None else {"variant": [*names]})
    about, values = {}, defaultdict(lambda: defaultdict(list))
    for piece in read_pieces(metrics, COLUMNS, where):
        rows = piece.to_pandas()
        rows = rows[rows.seed.notna() & (rows.variant != "birth")]
        for (variant, metric), of in rows.groupby(["variant", "metric"], sort=False):
            first = of.iloc[0]
            about.setdefault(variant, (first.dataset, int(first.width), int(first.depth)))
            values[variant][metric].append(of.set_index(of.seed.astype(int)).value)
    return {
        variant: Variant(
            *of, pd.DataFrame({m: pd.concat(s) for m, s in values[variant].items()}).sort_index()
        )
        for variant, of in about.items()
    }
