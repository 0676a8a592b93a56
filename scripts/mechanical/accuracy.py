"""How close the blocks' energies are to published ones and to those of the finest mesh."""

import math

import numpy as np
import pandas as pd

from dlse.workflow.tables import Metrics

FIRST_COMPARED_STEP = 3  # earlier energies are too small for five published decimals


def element_differences(rows: pd.DataFrame, published: np.ndarray | None, found: Metrics) -> None:
    """Record in `found`, for each element and refinement, the mean over the blocks of |Ψ/Ψ′ − 1|
    and of Ψ/Ψ′ − 1 ("signed").

    Ψ′ is the energy on the finest mesh, the one with most unknowns ("…_from_finest"), and the
    published one, `[images, steps]`, where there are any ("…_from_published").
    """
    of_elements = rows[rows.variant == "element"]
    energies = of_elements[of_elements.metric == "energies"].pivot_table(
        index=["element", "refinement"], columns="image", values="value", sort=False
    )
    if not len(energies):
        return
    unknowns = of_elements[of_elements.metric == "unknowns"].set_index(["element", "refinement"])
    truths = {"finest": energies.loc[unknowns.value.idxmax()].to_numpy()}
    step = int(of_elements.load_step.max())
    if published is not None and step < published.shape[1]:
        truths["published"] = published[energies.columns.astype(int), step]
    for (element, refinement), of_images in energies.iterrows():
        mesh = {"variant": "element", "element": element, "refinement": int(refinement)}
        for name, truth in truths.items():
            difference = of_images.to_numpy() / truth - 1
            found.add(f"difference_from_{name}", float(np.abs(difference).mean()), **mesh)
            found.add(f"signed_difference_from_{name}", float(difference.mean()), **mesh)


def published_differences(rows: pd.DataFrame, published: np.ndarray, found: Metrics) -> None:
    """Record in `found` Ψ/Ψ′ − 1 of each simulated block whose energy is published,
    `[images, steps]`, at each step from `FIRST_COMPARED_STEP` on."""
    energies = rows[(rows.variant == "simulated") & (rows.metric == "energies")]
    energies = energies[
        (energies.image < len(published))
        & energies.load_step.between(FIRST_COMPARED_STEP, published.shape[1] - 1)
        & energies.value.notna()
    ]
    for row in energies.itertuples():
        image, step = int(row.image), int(row.load_step)
        difference = row.value / published[image, step] - 1
        where = {"variant": "simulated", "image": image, "load_step": step}
        found.add("published_difference", difference, **where)


def limit(energies: pd.Series) -> float:
    """The energy of an infinitely fine mesh, by Richardson's extrapolation from the three finest.

    energies: indexed by the number n of elements along a side. They are taken to be the limit plus
        c n^(−p); p is found, too. NaN if there are fewer than three, or no p from 0.1 to 10 fits.
    """
    finest = energies.sort_index().iloc[-3:]
    if len(finest) < 3:
        return math.nan
    from scipy import optimize  # most jobs that compare energies do without

    coarse, middle, fine = finest
    n = finest.index.to_numpy(float)

    def mismatch(p: float) -> float:
        a, b, c = n**-p
        return (coarse - middle) * (b - c) - (middle - fine) * (a - b)

    if mismatch(0.1) * mismatch(10) >= 0:
        return math.nan
    p = optimize.brentq(mismatch, 0.1, 10)
    slope = (middle - fine) / (n[1] ** -p - n[2] ** -p)
    return float(fine - slope * n[2] ** -p)
