"""The claims of the report, each judged against its threshold by the metrics alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.stats import Estimate, mean_interval

MET, NOT_MET, NOT_EVALUATED = "met", "not met", "not evaluated"
# Hinton & Salakhutdinov, Science 313 (2006), 504: PCA with 30 dimensions on MNIST.
PUBLISHED_PCA_30 = 13.87


@dataclass(frozen=True)
class Claim:
    """A statement with a threshold.

    estimate: from the rows of one study to the value that is judged, with its interval; None
        where the run has not computed what it needs.
    datasets: those the claim speaks of; None is any.
    """

    id: str
    task: int
    study: str
    statement: str
    relation: Literal["≥", ">", "≤", "<"]
    threshold: float
    unit: str
    estimate: Callable[[pd.DataFrame], Estimate | None]
    datasets: tuple[str, ...] | None = ("mnist",)

    def verdict(self, value: float) -> str:
        """Whether `value` stands in the claimed relation to the threshold."""
        holds = {
            "≥": value >= self.threshold,
            ">": value > self.threshold,
            "≤": value <= self.threshold,
            "<": value < self.threshold,
        }[self.relation]
        return MET if holds else NOT_MET


def select(rows: pd.DataFrame, **values) -> pd.Series:
    """The `value` of the rows whose columns equal `values`, final ones unless `step` is given."""
    chosen = rows["step"].isna() if "step" not in values else pd.Series(True, rows.index)
    for column, value in values.items():
        chosen &= rows[column] == value
    return rows.loc[chosen, "value"]


def _cnn_accuracy(rows: pd.DataFrame) -> Estimate:
    return mean_interval(100 * select(rows, metric="accuracy", split="test"))


def _cnn_seconds(rows: pd.DataFrame) -> Estimate:
    return _largest(select(rows, metric="cpu_seconds"))


def _pca_against_published(rows: pd.DataFrame) -> Estimate | None:
    chosen = {"variant": "pca", "latent_dim": 30, "split": "official test"}
    errors = select(rows, metric="epsilon", **chosen)
    return _largest(abs(errors[:1] - PUBLISHED_PCA_30))  # the same split for every seed


def _pca_against_eigenvalues(rows: pd.DataFrame) -> Estimate:
    return _largest(select(rows, metric="eigenvalue_sum_gap"))


def autoencoder_shares(rows: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """The autoencoder's ε as a share of PCA's: a row a seed, a column a latent dimension."""
    final = rows[rows["step"].isna() & (rows.metric == "epsilon") & (rows.split == split)]
    table = final.pivot_table(values="value", index=["variant", "seed"], columns="latent_dim")
    return (table.loc["autoencoder"] / table.loc["pca"]).dropna(axis=1)


def _autoencoder_share(rows: pd.DataFrame) -> Estimate:
    return _largest(100 * autoencoder_shares(rows).to_numpy().ravel())


def _autoencoder_at_30(rows: pd.DataFrame) -> Estimate | None:
    return epsilon(rows, "autoencoder", 30, "test")


def epsilon(rows: pd.DataFrame, variant: str, latent_dim: int, split: str) -> Estimate | None:
    """ε of one method: over several seeds their mean and Student's interval, for one seed the
    normal interval over its images. None where it was not computed."""
    where = {"variant": variant, "latent_dim": latent_dim, "split": split}
    values = select(rows, metric="epsilon", **where)
    if not len(values):
        return None
    if len(values) > 1:
        return mean_interval(values)
    value = float(values.iloc[0])
    half = 1.96 * float(select(rows, metric="epsilon_sem", **where).iloc[0])
    return Estimate(value, value - half, value + half, 1)


def _linear_excess(rows: pd.DataFrame) -> Estimate:
    return _largest(100 * select(rows, metric="excess_over_pca"))


def _reconstruction_minutes(rows: pd.DataFrame) -> Estimate:
    seconds = select(rows, metric="cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


def _largest(values) -> Estimate | None:
    """The worst of several values: all of them are claimed, so there is no interval."""
    if not len(values):
        return None
    return Estimate(float(np.max(values)), np.nan, np.nan, len(values))


CLAIMS = (
    Claim(
        "cnn_accuracy_98", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is above the assignment's 98 %",
        ">", 98.0, "%", _cnn_accuracy,
    ),
    Claim(
        "cnn_accuracy_99_5", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is at least 99.5 %",
        "≥", 99.5, "%", _cnn_accuracy,
    ),
    Claim(
        "cnn_cost", 1, "cnn",
        "Training one CNN takes at most 300 CPU seconds (slowest seed)",
        "≤", 300.0, "CPU s", _cnn_seconds,
    ),
    Claim(
        "pca_published", 5, "reconstruction",
        "PCA with 30 dimensions has the published test error, 13.87, to its last digit",
        "≤", 0.005, "1", _pca_against_published,
    ),
    Claim(
        "pca_eigenvalues", 5, "reconstruction",
        "PCA's training error is the sum of the discarded eigenvalues (largest relative gap)",
        "≤", 1e-9, "1", _pca_against_eigenvalues, None,
    ),
    Claim(
        "autoencoder_below_pca", 5, "reconstruction",
        "The autoencoder's test error is below PCA's at every latent dimension (largest share)",
        "<", 100.0, "%", _autoencoder_share,
    ),
    Claim(
        "autoencoder_30", 5, "reconstruction",
        "The autoencoder's test error at 30 dimensions is at most 4.5",
        "≤", 4.5, "1", _autoencoder_at_30,
    ),
    Claim(
        "linear_autoencoder", 5, "reconstruction",
        "The linear autoencoder comes within 1 % of PCA's training error at every dimension",
        "≤", 1.0, "%", _linear_excess,
    ),
    Claim(
        "reconstruction_cost", 5, "reconstruction",
        "All training for task 5 takes at most 12 CPU minutes",
        "≤", 12.0, "CPU min", _reconstruction_minutes,
    ),
)  # fmt: skip


def judge(metrics: pd.DataFrame, claims: tuple[Claim, ...] = CLAIMS) -> pa.Table:
    """One row a claim, with its verdict and the file that holds the evidence.

    A claim about a data set that this run has not used, or about a value that it has not
    computed, is "not evaluated".
    """
    judged = []
    for claim in claims:
        rows = metrics[metrics.study == claim.study]
        speaks_of_it = claim.datasets is None or set(rows.dataset) <= set(claim.datasets)
        found = claim.estimate(rows) if len(rows) and speaks_of_it else None
        value, low, high, n = found or Estimate(np.nan, np.nan, np.nan, 0)
        judged.append(
            {
                "id": claim.id,
                "task": claim.task,
                "statement": claim.statement,
                "relation": claim.relation,
                "threshold": claim.threshold,
                "unit": claim.unit,
                "estimate": value,
                "ci_low": low,
                "ci_high": high,
                "n": n,
                "verdict": claim.verdict(value) if found else NOT_EVALUATED,
                "evidence": f"results/metrics/{claim.study}.parquet",
            }
        )
    return pa.Table.from_pylist(judged)
