"""The claims of task 5 on displacement fields, and the estimates by which they are judged."""

import numpy as np
import pandas as pd

from dlse.images.data_names import BLOCK_IMAGES, PUBLISHED_FIELDS, simulated_name
from dlse.results.claims import MNIST, Claim
from dlse.results.estimates import Estimate, mean_interval
from dlse.studies.reconstruction.comparison import least_favorable, shares

FIELDS = (simulated_name("mnist"), PUBLISHED_FIELDS)


def published_difference(rows: pd.DataFrame) -> pd.Series:
    """|Ψ/Ψ′ − 1| of each simulated block at its last step, in percent."""
    return 100 * rows[rows.metric == "published_difference"].value.abs()


def geometric_shares(rows: pd.DataFrame) -> pd.Series:
    """The geometric mean over the latent dimensions of the autoencoder's share of PCA's test error,
    in percent, by the seed. rows: of one study."""
    return 100 * np.exp(np.log(shares(rows)).mean(axis=1))


def advantage(rows: pd.DataFrame) -> Estimate:
    """By how many percentage points of PCA's error the autoencoder leaves less on the fields than
    on the images of the same blocks (`geometric_shares`), paired over the seeds."""
    of = {name: geometric_shares(rows[rows.study == name]) for name in ("mechanical", "bitmaps")}
    return mean_interval(of["bitmaps"] - of["mechanical"])


def _mean_published_difference(rows: pd.DataFrame) -> Estimate | None:
    differences = published_difference(rows)
    return mean_interval(differences) if len(differences) else None


CLAIMS = (
    Claim(
        "mechanical_below_pca", 5, "mechanical",
        "On displacement fields the autoencoder's test error is below PCA's at every latent "
        "dimension (largest share of PCA's error)",
        "<", 100.0, "%", lambda rows: least_favorable(shares(rows)), "seeds", datasets=FIELDS,
    ),
    Claim(
        "mechanical_advantage", 5, "mechanical bitmaps",
        "The autoencoder's advantage over PCA is larger on the fields than on the images of the "
        "same blocks (percentage points of PCA's error, geometric mean over the dimensions)",
        ">", 0.0, "points", advantage, "seeds", datasets=(*FIELDS, "mnist" + BLOCK_IMAGES),
    ),
    Claim(
        "mechanical_energy", 5, "mechanical_solver",
        "Simulated blocks have the published strain energies at the last step (mean difference)",
        "≤", 0.5, "%", _mean_published_difference, "blocks", datasets=MNIST,
    ),
)  # fmt: skip
