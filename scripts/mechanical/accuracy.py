"""How close the blocks' energies are to published ones and to those of the finest mesh."""

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
