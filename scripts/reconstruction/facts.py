"""What the report says about task 5."""

import math

import pandas as pd

from dlse.results.claims import MNIST, final_values
from dlse.results.rows import rows_of
from dlse.studies.reconstruction.claims import (
    LINEAR_EXCESS,
    PUBLISHED_AUTOENCODER_30,
    PUBLISHED_LOGISTIC_PCA_30,
    PUBLISHED_PCA_30,
)
from dlse.studies.reconstruction.comparison import best_dims, epsilon, in_percent, shares

PLAIN = "plain autoencoder"


def facts(metrics: str, settings: dict) -> dict:
    """The errors of PCA and of the autoencoders over the latent dimension, and those on the data
    set's own split.

    metrics: the table of all studies. settings: this study's section of the config.
    """
    rows = rows_of(metrics, "reconstruction")
    variants = ("pca", "autoencoder")
    share, share_in_training = (in_percent(shares(rows, split)) for split in ("test", "train"))
    table = {
        d: {
            "latent_dim": d,
            **{
                variant: {split: epsilon(rows, variant, d, split) for split in ("train", "test")}
                for variant in variants
            },
            "share": of_pca,
        }
        for d, of_pca in share.items()
    }
    dims = list(table)
    best = best_dims(shares(rows))
    widest = table[best[0]]
    gap = {}  # of the test error over the training error, in percent
    for variant in variants:
        train, test = (widest[variant][split].value for split in ("train", "test"))
        gap[variant] = 100 * (test / train - 1) if train > 0 else math.nan
    of_pca = (rows.variant == "pca") & (rows.metric == "epsilon") & (rows.split == "test")
    pca_curve = rows[of_pca].groupby("latent_dim").value.mean()
    parameters = final_values(
        rows, variant="autoencoder", metric="parameters", latent_dim=widest["latent_dim"]
    )
    always_below = all(found.value < 100 for found in share.values())
    return {
        "table": list(table.values()),
        "n_layers": len(settings["autoencoder"]["hidden_widths"]),
        "seeds": rows.seed.nunique(),
        "several_dims": len(dims) > 1,
        "always_below": always_below,
        "is_below_for_sure": all(found.high < 100 for found in share.values()),
        "worse_at": [d for d in dims if share[d].value >= 100],
        "worse_in_training": any(found.value >= 100 for found in share_in_training.values()),
        "widest": widest,
        "best_dims": best,
        "widest_is_inside": dims[0] < widest["latent_dim"] < dims[-1] and always_below,
        "pca_dims_for_widest": int((pca_curve <= widest["autoencoder"]["test"].value).idxmax()),
        "gap": gap,
        "linear": _linear(rows),
        "plain": _plain(rows),
        "official": _official(rows_of(metrics, "official")),
        "seconds": {
            variant.split()[0]: final_values(rows, variant=variant, metric="cpu_seconds").sum()
            for variant in (*variants, PLAIN, "linear autoencoder")
        },
        "seconds_each": final_values(rows, variant="autoencoder", metric="cpu_seconds").mean(),
        "parameters": parameters.mean(),
        "subspace": 28 * 28 * (widest["latent_dim"] + 1),  # its basis and the mean
    }


def _linear(rows: pd.DataFrame) -> dict | None:
    """How far the linear autoencoders end from PCA, at most; None if none was trained."""
    found = rows[rows.variant == "linear autoencoder"]
    if not len(found):
        return None
    excess = 100 * final_values(found, metric="excess_over_pca").max()
    return {
        "latent_dims": sorted(found.latent_dim.astype(int).unique()),
        "excess": excess,
        "is_pca": excess <= LINEAR_EXCESS,
        "angle": final_values(found, metric="largest_principal_angle").max(),
    }


def _plain(rows: pd.DataFrame) -> dict:
    """The plain autoencoder against PCA and against the one that starts from PCA; `table` is empty
    if none was trained."""
    to_pca = in_percent(shares(rows, of=PLAIN))
    to_plain = in_percent(shares(rows, to=PLAIN))
    return {
        "table": [
            {"latent_dim": d, "error": epsilon(rows, PLAIN, d, "test"), "to_pca": to_pca[d],
             "to_plain": share}
            for d, share in to_plain.items()
        ],
        "above_pca_at": [d for d in to_plain if to_pca[d].value > 100],
        "pca_start_is_worse_at": [d for d in to_plain if to_plain[d].value > 100],
    }  # fmt: skip


def _official(rows: pd.DataFrame) -> dict | None:
    """The errors on the data set's own split, beside published ones where these speak of the same;
    None if nothing was trained there."""
    if not len(rows):
        return None
    dims = sorted(rows[rows.variant == "autoencoder"].latent_dim.astype(int).unique())
    is_published = 30 in dims and set(rows.dataset) == set(MNIST)
    return {
        "table": [
            {
                "latent_dim": d,
                "pca": epsilon(rows, "pca", d, "test").value,
                "train": epsilon(rows, "autoencoder", d, "train"),
                "test": epsilon(rows, "autoencoder", d, "test"),
            }
            for d in dims
        ],
        "seconds_each": final_values(rows, variant="autoencoder", metric="cpu_seconds").mean(),
        "published": {
            "autoencoder": PUBLISHED_AUTOENCODER_30,
            "logistic_pca": PUBLISHED_LOGISTIC_PCA_30,
            "pca": PUBLISHED_PCA_30,
            "is_reached": epsilon(rows, "autoencoder", 30, "test").value
            <= PUBLISHED_AUTOENCODER_30,
        }
        if is_published
        else None,
    }
