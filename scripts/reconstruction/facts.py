"""What the report says about task 5."""

import math

import pandas as pd

from dlse.results.claims import final_values
from dlse.studies.reconstruction.claims import LINEAR_EXCESS, autoencoder_shares, epsilon


def facts(metrics: pd.DataFrame, settings: dict) -> dict:
    """The errors of PCA and of the autoencoders over the latent dimension.

    metrics: the rows of all studies. settings: this study's section of the config.
    """
    rows = metrics[metrics.study == "reconstruction"]
    variants = ("pca", "autoencoder")
    shares = {split: autoencoder_shares(rows, split).mean() for split in ("train", "test")}
    table = {
        int(d): {
            "latent_dim": int(d),
            **{
                variant: {split: epsilon(rows, variant, d, split) for split in ("train", "test")}
                for variant in variants
            },
            "share": 100 * share,
            "linear": final_values(
                rows, variant="linear autoencoder", metric="epsilon", latent_dim=d
            ).mean(),
            "angle": final_values(rows, metric="largest_principal_angle", latent_dim=d).mean(),
        }
        for d, share in shares["test"].items()
    }
    dims = list(table)
    widest = table[int(shares["test"].idxmin())]
    gap = {}  # of the test error over the training error, in percent
    for variant in variants:
        train, test = (widest[variant][split].value for split in ("train", "test"))
        gap[variant] = 100 * (test / train - 1) if train > 0 else math.nan
    of_pca = (rows.variant == "pca") & (rows.metric == "epsilon") & (rows.split == "test")
    pca_curve = rows[of_pca].groupby("latent_dim").value.mean()
    excess = 100 * final_values(rows, metric="excess_over_pca").max()
    return {
        "table": list(table.values()),
        "test_percent": 100 * settings["test_fraction"],
        "n_layers": len(settings["autoencoder"]["hidden_widths"]),
        "seeds": rows.seed.nunique(),
        "several_dims": len(dims) > 1,
        "always_below": autoencoder_shares(rows).to_numpy().max() < 1,
        "worse_at": [d for d in dims if table[d]["share"] >= 100],
        "worse_in_training": (shares["train"] >= 1).any(),
        "widest": widest,
        "widest_is_inside": dims[0] < widest["latent_dim"] < dims[-1]
        and (shares["test"] < 1).all(),
        "pca_generalizes": gap["pca"] < 3,
        "pca_dims_for_widest": int((pca_curve <= widest["autoencoder"]["test"].value).idxmax()),
        "gap": gap,
        "ae_gap_is_larger": gap["autoencoder"] > gap["pca"],
        "linear_excess": excess,
        "linear_is_pca": excess <= LINEAR_EXCESS,
        "largest_angle": final_values(rows, metric="largest_principal_angle").max(),
        "ae_30": epsilon(rows, "autoencoder", 30, "test"),
        "seconds": {
            variant.split()[0]: final_values(rows, variant=variant, metric="cpu_seconds").sum()
            for variant in (*variants, "linear autoencoder")
        },
        "parameters": final_values(rows, metric="parameters").mean(),
    }
