"""The claims of task 5, and the estimates by which they are judged."""

import pandas as pd

from dlse.results.claims import MNIST, Claim, final_values, largest
from dlse.results.estimates import Estimate
from dlse.results.verdicts import VERIFICATION
from dlse.studies.reconstruction.comparison import epsilon, least_favorable, shares

# Hinton & Salakhutdinov, Science 313 (2006), 504: test errors with 30 dimensions on MNIST, of the
# models that they trained on its 60,000 training images.
PUBLISHED_PCA_30 = 13.87
PUBLISHED_LOGISTIC_PCA_30 = 8.01
PUBLISHED_AUTOENCODER_30 = 3.00
LINEAR_EXCESS = 1.0  # % of PCA's training error


def _pca_against_published(rows: pd.DataFrame) -> Estimate | None:
    chosen = {"variant": "pca", "latent_dim": 30, "split": "test"}
    errors = final_values(rows, metric="epsilon", **chosen)
    return largest(abs(errors[:1] - PUBLISHED_PCA_30))  # the same split for every seed


def _linear_excess(rows: pd.DataFrame) -> Estimate | None:
    return largest(100 * final_values(rows, metric="excess_over_pca"))


CLAIMS = (
    Claim(
        "autoencoder_below_pca", 5, "reconstruction",
        "The autoencoder's test error is below PCA's at every latent dimension (its share of PCA's "
        "error, where it is largest)",
        "<", 100.0, "%", lambda rows: least_favorable(shares(rows)), "seeds", datasets=MNIST,
    ),
    Claim(
        "autoencoder_below_plain", 5, "reconstruction",
        "To start from PCA leaves less test error than to start from random weights, at every "
        "latent dimension with both (share of the plain autoencoder's error, where it is largest)",
        "<", 100.0, "%", lambda rows: least_favorable(shares(rows, to="plain autoencoder")),
        "seeds", datasets=MNIST,
    ),
    Claim(
        "autoencoder_2006", 5, "official",
        "The autoencoder with 30 dimensions has at most the error of Hinton and Salakhutdinov on "
        f"MNIST's own test images, {PUBLISHED_AUTOENCODER_30:.2f}",
        "≤", PUBLISHED_AUTOENCODER_30, "1",
        lambda rows: epsilon(rows, "autoencoder", 30, "test"), "seeds", datasets=MNIST,
    ),
    Claim(
        "pca_published", 5, "official",
        "PCA with 30 dimensions has the published error on MNIST's own test images, "
        f"{PUBLISHED_PCA_30}, to its last digit",
        "≤", 0.005, "1", _pca_against_published, "splits", kind=VERIFICATION, datasets=MNIST,
    ),
    Claim(
        "linear_autoencoder", 5, "reconstruction",
        "The linear autoencoder comes within {:g} % of PCA's training error at every dimension "
        "tried",
        "≤", LINEAR_EXCESS, "%", _linear_excess, "latent dimensions", kind=VERIFICATION,
        datasets=MNIST,
    ),
)  # fmt: skip
