"""The claims of task 5 on displacement fields, and the estimates by which they are judged."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dlse.images.data_names import BLOCK_IMAGES, PUBLISHED_FIELDS, simulated_name
from dlse.results.claims import MNIST, Claim, final_values, largest, minutes
from dlse.results.estimates import Estimate, mean_interval
from dlse.results.verdicts import COST, VERIFICATION
from dlse.studies.reconstruction.comparison import shares


def _largest_of(metric: str, *more: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: largest(rows[rows.metric.isin((metric, *more))].value)


def published_difference(rows: pd.DataFrame) -> pd.Series:
    """|Ψ/Ψ′ − 1| of each simulated block at the last step, in percent."""
    found = rows[rows.metric == "published_difference"]
    return 100 * found[found.load_step == found.load_step.max()].value.abs()


def _mean_published_difference(rows: pd.DataFrame) -> Estimate | None:
    differences = published_difference(rows)
    return mean_interval(differences) if len(differences) else None


def _failures(rows: pd.DataFrame) -> Estimate | None:
    """The number of blocks without a solution; n is the number of blocks."""
    failures = final_values(rows, metric="failures")
    if not len(failures):
        return None
    blocks = rows[(rows.variant == "simulated") & (rows.metric == "energies")].image.nunique()
    return Estimate(float(failures.sum()), np.nan, np.nan, int(blocks))


def geometric_shares(rows: pd.DataFrame) -> pd.Series:
    """The geometric mean over the latent dimensions of the autoencoder's share of PCA's test error,
    in percent, by the seed. rows: of one study."""
    return 100 * np.exp(np.log(shares(rows)).mean(axis=1))


def advantage(rows: pd.DataFrame) -> Estimate | None:
    """By how many percentage points of PCA's error the autoencoder leaves less on the fields than
    on the images of the same blocks (`geometric_shares`), paired over the seeds."""
    of = {name: geometric_shares(rows[rows.study == name]) for name in ("mechanical", "bitmaps")}
    return mean_interval(of["bitmaps"] - of["mechanical"]) if len(of["mechanical"]) else None


def _simulation_minutes(rows: pd.DataFrame) -> Estimate | None:
    simulated = rows[rows.variant == "simulated"]
    return minutes(simulated) if len(simulated) else None


CLAIMS = (
    Claim(
        "mechanical_advantage", 5, "mechanical bitmaps",
        "The autoencoder's advantage over PCA is larger on the fields than on the images of the "
        "same blocks (percentage points of PCA's error, geometric mean over the dimensions)",
        ">", 0.0, "points", advantage, "seeds",
        datasets=(simulated_name("mnist"), PUBLISHED_FIELDS, "mnist" + BLOCK_IMAGES),
    ),
    Claim(
        "mechanical_reference_displacement", 5, "mechanical_solver",
        "With linear triangles, displacements agree with an exact reference (largest difference, "
        "in sides of a pixel)",
        "≤", 1e-9, "1", _largest_of("reference_displacement"),
        "values", kind=VERIFICATION, datasets=MNIST,
    ),
    Claim(
        "mechanical_reference_energy", 5, "mechanical_solver",
        "With linear triangles, strain energies agree with an exact reference from step 4 on "
        "(largest relative difference)",
        "≤", 1e-9, "1", _largest_of("reference_energy"),
        "values", kind=VERIFICATION, datasets=MNIST,
    ),
    Claim(
        "mechanical_energy_mean", 5, "mechanical_solver",
        "Simulated blocks have the published strain energies at the last step (mean difference)",
        "≤", 0.5, "%", _mean_published_difference, "blocks", datasets=MNIST,
    ),
    Claim(
        "mechanical_energy_largest", 5, "mechanical_solver",
        "Each simulated block has its published strain energy at the last step (largest "
        "difference)",
        "≤", 1.5, "%", lambda rows: largest(published_difference(rows)), "blocks", datasets=MNIST,
    ),
    Claim(
        "mechanical_patch_test", 5, "mechanical_solver",
        "Every element passes the patch test at finite strain (largest difference)",
        "≤", 1e-9, "1", _largest_of("patch_test"), "elements", kind=VERIFICATION,
    ),
    Claim(
        "mechanical_derivatives", 5, "mechanical_solver",
        "Forces and stiffnesses are derivatives of the energy (largest relative difference from "
        "finite differences)",
        "≤", 1e-6, "1", _largest_of("force_difference", "stiffness_difference"),
        "values", kind=VERIFICATION,
    ),
    Claim(
        "mechanical_balance", 5, "mechanical_solver",
        "Reactions at opposite sides balance in all load cases (largest relative difference)",
        "≤", 1e-8, "1", _largest_of("imbalance"), "values", kind=VERIFICATION,
    ),
    Claim(
        "mechanical_frame", 5, "mechanical_solver",
        "The energy does not change when a deformed block is rotated (largest relative difference)",
        "≤", 1e-12, "1", _largest_of("rotation_difference"), "values", kind=VERIFICATION,
    ),
    Claim(
        "mechanical_solved", 5, "mechanical_solver",
        "Every block has an equilibrium at every step (number of blocks without one)",
        "≤", 0, "1", _failures, "blocks", kind=VERIFICATION,
    ),
    Claim(
        "mechanical_cost", 5, "mechanical_solver",
        "Simulating the blocks takes at most {:g} CPU minutes",
        "≤", 8.0, "CPU min", _simulation_minutes, "jobs", kind=COST,
    ),
)  # fmt: skip
