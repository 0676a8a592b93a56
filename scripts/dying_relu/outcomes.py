"""What became of the networks of each variant."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from dlse.workflow.tables import read_table

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
    """
    where = {"study": ["dying_relu"]} | ({} if names is None else {"variant": [*names]})
    rows = read_table(metrics, COLUMNS, where).to_pandas()
    rows = rows[rows.seed.notna() & (rows.variant != "birth")].astype({"seed": int})
    found = {}
    for variant, of in rows.groupby("variant", sort=False):
        first = of.iloc[0]
        networks = of.pivot(index="seed", columns="metric", values="value")
        about = (first.dataset, int(first.width), int(first.depth))
        found[variant] = Variant(*about, networks)
    return found
