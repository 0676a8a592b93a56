"""The intrinsic dimension of a data set, derived from the errors of PCA.

All functions take the rows of the metrics of one study with PCA and autoencoders.
"""

import numpy as np
import pandas as pd


def pca_curve(rows: pd.DataFrame, split: str) -> np.ndarray:
    """ε of PCA for the latent dimensions 0 to D, mean over seeds, `[D + 1]`. At 0 it is the total
    variance."""
    chosen = rows[(rows.variant == "pca") & (rows.metric == "epsilon") & (rows.split == split)]
    return chosen.groupby("latent_dim").value.mean().to_numpy()


def spectrum(rows: pd.DataFrame) -> np.ndarray:
    """Each component's share of the variance of the training part, descending, `[D]`."""
    errors = pca_curve(rows, "train")
    return -np.diff(errors) / errors[0]


def dims_for(rows: pd.DataFrame, share: float) -> int:
    """The smallest number of principal components that explain `share` of the test part's
    variance."""
    errors = pca_curve(rows, "test")
    return int(np.argmax(errors <= (1 - share) * errors[0]))


def participation_ratio(rows: pd.DataFrame) -> float:
    """(Σλ)² / Σλ² of the spectrum; n if n components have the same variance and the rest none."""
    return float(1 / np.square(spectrum(rows)).sum())


def relative_errors(rows: pd.DataFrame, variant: str) -> pd.Series:
    """ε on the test part as a share of its variance, mean over seeds, indexed by the latent
    dimensions of the autoencoders."""
    final = rows[rows.step.isna() & (rows.metric == "epsilon") & (rows.split == "test")]
    means = final.groupby(["variant", "latent_dim"]).value.mean()
    dims = means["autoencoder"].index
    return means[variant][dims] / means["pca"][0]
