"""The claims of task 5, and the estimates by which they are judged."""

import pandas as pd

from dlse.results.claims import MNIST, Claim, final_values, largest, minutes
from dlse.results.estimates import Estimate, mean_interval
from dlse.results.verdicts import COST, VERIFICATION

# Hinton & Salakhutdinov, Science 313 (2006), 504: PCA with 30 dimensions on MNIST.
PUBLISHED_PCA_30 = 13.87
LINEAR_EXCESS = 1.0  # % of PCA's training error


def _pca_against_published(rows: pd.DataFrame) -> Estimate | None:
    chosen = {"variant": "pca", "latent_dim": 30, "split": "official test"}
    errors = final_values(rows, metric="epsilon", **chosen)
    return largest(abs(errors[:1] - PUBLISHED_PCA_30))  # the same split for every seed


def _pca_against_eigenvalues(rows: pd.DataFrame) -> Estimate:
    return largest(final_values(rows, metric="eigenvalue_sum_gap"))


def autoencoder_shares(rows: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """The autoencoder's ε as a share of PCA's, with one row per seed and one column per latent
    dimension."""
    final = rows[rows["step"].isna() & (rows.metric == "epsilon") & (rows.split == split)]
    table = final.pivot_table(values="value", index=["variant", "seed"], columns="latent_dim")
    return (table.loc["autoencoder"] / table.loc["pca"]).dropna(axis=1)


def _autoencoder_share(rows: pd.DataFrame) -> Estimate:
    return largest(100 * autoencoder_shares(rows).to_numpy().ravel())


def _autoencoder_at_30(rows: pd.DataFrame) -> Estimate | None:
    return epsilon(rows, "autoencoder", 30, "test")


def epsilon(rows: pd.DataFrame, variant: str, latent_dim: int, split: str) -> Estimate | None:
    """ε of one method. The interval is Student's over several seeds, or the normal one over the
    images of a single seed. None if ε was not computed."""
    where = {"variant": variant, "latent_dim": latent_dim, "split": split}
    values = final_values(rows, metric="epsilon", **where)
    if not len(values):
        return None
    if len(values) > 1:
        return mean_interval(values)
    value = float(values.iloc[0])
    half = 1.96 * float(final_values(rows, metric="epsilon_sem", **where).iloc[0])
    return Estimate(value, value - half, value + half, 1)


def _linear_excess(rows: pd.DataFrame) -> Estimate:
    return largest(100 * final_values(rows, metric="excess_over_pca"))


CLAIMS = (
    Claim(
        "pca_published", 5, "reconstruction",
        "PCA with 30 dimensions has the published test error, "
        f"{PUBLISHED_PCA_30}, to its last digit",
        "≤", 0.005, "1", _pca_against_published, "splits", kind=VERIFICATION, datasets=MNIST,
    ),
    Claim(
        "pca_eigenvalues", 5, "reconstruction",
        "PCA's training error is the sum of the discarded eigenvalues (largest relative gap)",
        "≤", 1e-9, "1", _pca_against_eigenvalues, "splits", kind=VERIFICATION,
    ),
    Claim(
        "autoencoder_below_pca", 5, "reconstruction",
        "The autoencoder's test error is below PCA's at every latent dimension (largest share)",
        "<", 100.0, "%", _autoencoder_share, "latent dimensions", datasets=MNIST,
    ),
    Claim(
        "autoencoder_30", 5, "reconstruction",
        "The autoencoder's test error at 30 dimensions is at most {:g}",
        "≤", 4.5, "1", _autoencoder_at_30, "seeds", datasets=MNIST,
    ),
    Claim(
        "linear_autoencoder", 5, "reconstruction",
        "The linear autoencoder comes within {:g} % of PCA's training error at every dimension",
        "≤", LINEAR_EXCESS, "%", _linear_excess, "latent dimensions", datasets=MNIST,
    ),
    Claim(
        "reconstruction_cost", 5, "reconstruction",
        "All training for task 5 takes at most {:g} CPU minutes",
        "≤", 12.0, "CPU min", minutes, "jobs", kind=COST, datasets=MNIST,
    ),
)  # fmt: skip
