"""Reconstruction errors over the seeds, and of one method as a share of another's.

All functions take the rows of the metrics of one study, or what `shares` makes of them.
"""

import pandas as pd

from dlse.results.claims import final_values
from dlse.results.estimates import Estimate, mean_interval


def shares(
    rows: pd.DataFrame, split: str = "test", of: str = "autoencoder", to: str = "pca"
) -> pd.DataFrame:
    """The ε of one method as a share of another's, with one row per seed of both and one column per
    latent dimension at which both were computed."""
    final = rows[rows["step"].isna() & (rows.metric == "epsilon") & (rows.split == split)]
    table = final.pivot_table(values="value", index=["variant", "seed"], columns="latent_dim")
    if not {of, to} <= set(table.index.get_level_values("variant")):
        return pd.DataFrame()
    return (table.loc[of] / table.loc[to]).dropna(how="all").dropna(axis=1)


def in_percent(table: pd.DataFrame) -> dict[int, Estimate]:
    """The mean of each column of `shares` over the seeds, in percent, with its interval, by the
    latent dimension."""
    return {int(d): mean_interval(100 * column) for d, column in table.items()}


def least_favorable(table: pd.DataFrame) -> Estimate | None:
    """The largest mean of the columns of `shares`, with its interval; None without columns."""
    return max(in_percent(table).values(), key=lambda share: share.value, default=None)


def epsilon(rows: pd.DataFrame, variant: str, latent_dim: int, split: str) -> Estimate | None:
    """ε of one method, its mean over the seeds with Student's interval. None if ε was not
    computed."""
    where = {"variant": variant, "latent_dim": latent_dim, "split": split}
    values = final_values(rows, metric="epsilon", **where)
    return mean_interval(values) if len(values) else None


def best_dims(table: pd.DataFrame) -> list[int]:
    """The latent dimensions (columns) with the smallest mean of `shares`, the smallest first; the
    others are those whose paired differences from it over the seeds have an interval that reaches
    zero."""
    first = table.mean().idxmin()
    excess = {d: mean_interval(table[d] - table[first]) for d in table if d != first}
    return [int(first), *(int(d) for d, of in excess.items() if not of.low > 0)]
