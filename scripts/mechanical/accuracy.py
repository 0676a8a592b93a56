"""How near the blocks' energies are to published ones and to those of the finest mesh."""

import numpy as np
import pandas as pd

FIRST_COMPARED_STEP = 3  # before, five published decimals say too little


def element_differences(rows: pd.DataFrame, published: np.ndarray | None) -> list[dict]:
    """For each element and refinement, over its blocks: the mean |Ψ/Ψ′ − 1| and the mean with its
    sign, with Ψ′ of the finest mesh (of most unknowns; metric "…_from_finest") and, where there
    are any, of the published ones ("…_from_published", `[images, steps]`)."""
    of_elements = rows[rows.variant == "element"]
    energies = of_elements[of_elements.metric == "energies"].pivot_table(
        index=["element", "refinement"], columns="image", values="value", sort=False
    )
    if not len(energies):
        return []
    unknowns = of_elements[of_elements.metric == "unknowns"].set_index(["element", "refinement"])
    truths = {"finest": energies.loc[unknowns.value.idxmax()].to_numpy()}
    step = int(of_elements.load_step.max())
    if published is not None and step < published.shape[1]:
        truths["published"] = published[energies.columns.astype(int), step]
    added = []
    for (element, refinement), of_images in energies.iterrows():
        common = {"variant": "element", "element": element, "refinement": int(refinement)}
        for name, truth in truths.items():
            difference = of_images.to_numpy() / truth - 1
            added += [
                {**common, "metric": f"difference_from_{name}",
                 "value": float(np.abs(difference).mean())},
                {**common, "metric": f"signed_difference_from_{name}",
                 "value": float(difference.mean())},
            ]  # fmt: skip
    return added


def published_differences(rows: pd.DataFrame, published: np.ndarray) -> list[dict]:
    """Ψ/Ψ′ − 1 of each simulated block whose energy is published, at each step from the third."""
    energies = rows[(rows.variant == "simulated") & (rows.metric == "energies")]
    energies = energies[
        (energies.image < len(published))
        & energies.load_step.between(FIRST_COMPARED_STEP, published.shape[1] - 1)
        & energies.value.notna()
    ]
    truth = published[energies.image.astype(int), energies.load_step.astype(int)]
    return [
        {"variant": "simulated", "image": int(row.image), "load_step": int(row.load_step),
         "metric": "published_difference", "value": row.value / of_row - 1}
        for row, of_row in zip(energies.itertuples(), truth, strict=True)
    ]  # fmt: skip
