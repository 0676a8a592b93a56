"""The facts of the report on Mechanical MNIST: the solver, and task 5 on its fields."""

import math

import pandas as pd

from dlse.results.claims import final_values
from dlse.results.estimates import mean_interval
from dlse.results.labels import display_name
from dlse.results.rows import rows_of
from dlse.studies.mechanical.accuracy import limit
from dlse.studies.mechanical.claims import advantage, geometric_shares, published_difference
from dlse.studies.mechanical.intrinsic import (
    dims_for,
    participation_ratio,
    pca_curve,
    relative_errors,
)
from dlse.studies.mechanical.solver.hyperelasticity import POISSON, SOFT, STIFF
from dlse.studies.mechanical.solver.newton import TOLERANCE
from dlse.studies.reconstruction.comparison import best_dims, epsilon, in_percent, shares

SHARES = (0.9, 0.95, 0.99)  # of the variance, for which dimensions are counted
COMPARED = SHARES[1]
SPLITS = ("train", "test")
ELEMENT_NAMES = {
    "P1": "3-node triangle, 1 point",
    "P2": "6-node triangle, 3 points",
    "Q1": "4-node quadrilateral, 2 × 2 points",
    "Q1R": "4-node quadrilateral, 1 point",
    "Q2": "9-node quadrilateral, 3 × 3 points",
    "S2R": "8-node quadrilateral, 2 × 2 points",
}
CHECK_NAMES = {
    "reference_displacement": "displacements against an exact reference (sides of a pixel)",
    "reference_energy": "strain energies against it, from step 4 on (relative)",
    "reference_energy_step3": "strain energy against it, step 3 (relative; its own rounding)",
    "reference_reaction": "reactions against it, from step 3 on (relative)",
    "patch_test": "patch test of every element at finite strain",
    "force_difference": "forces against differences of the energy (relative)",
    "stiffness_difference": "stiffnesses against differences of the forces (relative)",
    "imbalance": "reactions at opposite sides, all load cases (relative)",
    "rotation_difference": "energy of a deformed block against the same block rotated (relative)",
}


def facts(metrics: str, settings: dict) -> dict:
    """The solver's accuracy, and task 5 on its fields."""
    rows = {name: rows_of(metrics, name) for name in ("mechanical", "bitmaps")}
    return {
        "solver": _solver(rows_of(metrics, "mechanical_solver"), settings),
        "fields": _fields(**rows, images=rows_of(metrics, "reconstruction")),
    }


def _solver(rows: pd.DataFrame, settings: dict) -> dict:
    """The elements, the checks and the simulated blocks. settings: the section of the config."""
    blocks = rows[rows.variant == "simulated"]
    seconds = final_values(blocks, metric="cpu_seconds").sum()
    n = int(blocks[blocks.metric == "energies"].image.nunique())
    differences = published_difference(rows)
    checks = rows[rows.variant == "checks"]
    compared = rows[rows.variant == "element"]
    wide = compared.pivot_table(
        index=["element", "refinement"], columns="metric", values="value", sort=False
    )
    own = (settings["element"], settings["refinement"])
    truth = "published" if "difference_from_published" in wide else "finest"
    better = _nearer_for_less(wide, own, truth)
    # The difference of the energies on the finest mesh from the published ones.
    finest = wide.loc[wide.unknowns.idxmax()].get("signed_difference_from_published", math.nan)
    of_finest = wide.loc[wide.unknowns.idxmax()[0]].signed_difference_from_finest
    beyond = (1 + finest) * limit(1 + of_finest) - 1
    largest = checks.groupby("metric").value.max()
    assembly = 1000 * checks[checks.metric == "assembly_cpu_seconds"].set_index("peer").value
    return {
        "soft": SOFT,
        "stiff": STIFF,
        "poisson": POISSON,
        "tolerance": round(math.log10(TOLERANCE)),
        "images": display_name(rows.dataset.iloc[0]),
        "is_simulated": bool(n),
        "n": n,
        "case": settings["case"].replace("_", " "),
        "steps": settings["steps"],
        "element": ELEMENT_NAMES[settings["element"]],
        "seconds": seconds,
        "seconds_each": seconds / max(n, 1),
        "failures": int(final_values(blocks, metric="failures").sum()),
        "smallest_determinant": blocks[blocks.metric == "determinants"].value.min(),
        "largest_residual": blocks[blocks.metric == "residuals"].value.max(),
        "has_published": bool(len(differences)),
        "n_published": len(differences),
        "published_mean": differences.mean(),
        "published_largest": differences.max(),
        "elements": _elements(wide),
        "full_is_stiff": _full_quadrature_is_stiff(rows),
        "truth": {"published": "published energies", "finest": "finest mesh"}[truth],
        "compares_default": own in wide.index and len(wide) > 1,
        "default_is_efficient": not better,
        "better": better,
        "finest_is_lower": bool(finest < 0),
        "finest": abs(100 * finest),
        "limit": None
        if math.isnan(beyond)
        else {"difference": abs(100 * beyond), "is_lower": beyond < 0},
        "nearer_to_finest": _nearer_for_less(wide, own, "finest"),
        "n_compared": compared[compared.metric == "energies"].image.nunique(),
        "checks": [
            {"name": name, "value": largest[metric]}
            for metric, name in CHECK_NAMES.items()
            if metric in largest.index
        ],
        "assembly": assembly.to_dict(),
        "assembly_would_rule": bool(assembly["scikit-fem"] > assembly["factorization"]),
        "has_reference": "reference_displacement" in largest.index,
    }


def _elements(wide: pd.DataFrame) -> list[dict]:
    return [
        {
            "element": ELEMENT_NAMES[element],
            "refinement": refinement,
            "unknowns": row.unknowns,
            "seconds": row.cpu_seconds,
            "finest": 100 * row.signed_difference_from_finest,
            "published": 100 * row.get("signed_difference_from_published", math.nan),
        }
        for (element, refinement), row in wide.iterrows()
    ]


def _full_quadrature_is_stiff(rows: pd.DataFrame) -> bool:
    """Whether all fully integrated elements have too much energy on the coarsest mesh; False if
    none was computed."""
    coarse = rows[(rows.metric == "signed_difference_from_finest") & (rows.refinement == 1)]
    full = coarse[~coarse.element.str.endswith("R")].value
    return bool(len(full) and (full > 0).all())


def _nearer_for_less(wide: pd.DataFrame, own: tuple[str, int], truth: str) -> list[dict]:
    """The meshes that are closer to the `truth` ("published" or "finest") than `own` and take less
    time; none if `own` was not compared."""
    if own not in wide.index:
        return []
    difference, seconds = wide[f"difference_from_{truth}"], wide.cpu_seconds
    found = wide[(difference < difference[own]) & (seconds < seconds[own])]
    return _elements(found)


def _fields(mechanical: pd.DataFrame, bitmaps: pd.DataFrame, images: pd.DataFrame) -> dict:
    """Task 5 on the fields (`mechanical`), compared with task 5 on the images of the same blocks
    with the same networks (`bitmaps`) and with task 5 on all images (`images`)."""
    dims = [int(d) for d in relative_errors(mechanical, "autoencoder").index]
    pair = {"fields": mechanical, "bitmaps": bitmaps}
    sets = {**pair, "images": images}
    variants = ("pca", "autoencoder")
    share = {name: in_percent(shares(of)) for name, of in sets.items()}
    relative = {
        name: {variant: 100 * relative_errors(of, variant) for variant in variants}
        for name, of in pair.items()
    }
    needed = {share: {name: dims_for(of, share) for name, of in pair.items()} for share in SHARES}
    compared = needed[COMPARED]
    geometric = {name: mean_interval(geometric_shares(of)) for name, of in sets.items()}
    gain = advantage(pd.concat(pair.values()))
    # Of the share on the images over that on the fields, paired over the seeds.
    more = {
        d: mean_interval(of) for d, of in (100 * (shares(bitmaps) - shares(mechanical))).items()
    }
    gaps = {
        name: {variant: _gap(of, variant, dims[-1]) for variant in variants}
        for name, of in pair.items()
    }
    best = best_dims(shares(mechanical))
    seconds = [
        final_values(of, metric="cpu_seconds", variant="autoencoder") for of in pair.values()
    ]
    return {
        "dataset": display_name(mechanical.dataset.iloc[0]),
        "bitmaps": display_name(bitmaps.dataset.iloc[0]),
        "unit": mechanical[mechanical.metric == "epsilon"].unit.iloc[0],
        "n_train": _samples(mechanical, "train"),
        "n_test": _samples(mechanical, "test"),
        "images_n_train": _samples(images, "train"),
        "variance": {name: pca_curve(of, "test")[0] for name, of in pair.items()},
        "table": [
            {
                "latent_dim": d,
                "epsilon": {
                    variant: {split: epsilon(mechanical, variant, d, split) for split in SPLITS}
                    for variant in variants
                },
                "relative": {
                    name: {variant: of[d] for variant, of in by_variant.items()}
                    for name, by_variant in relative.items()
                },
                "share": {name: of[d] for name, of in share.items()},
            }
            for d in dims
        ],
        "needed": [{"share": 100 * share, **of} for share, of in needed.items()],
        "participation": {name: participation_ratio(of) for name, of in pair.items()},
        "share": 100 * COMPARED,
        "times_fewer": compared["bitmaps"] / compared["fields"],
        "fields_are_lower": compared["fields"] < compared["bitmaps"],
        "always_below": all(of.value < 100 for of in share["fields"].values()),
        "worse_at": [d for d in dims if share["fields"][d].value >= 100],
        "best": best[0],
        "best_dims": best,
        "best_share": share["fields"][best[0]],
        "best_is_inside": dims[0] < best[0] < dims[-1],
        "geometric_share": geometric,
        "advantage": gain,
        "advantage_is_larger": gain.low > 0,
        "advantage_is_smaller": gain.high < 0,
        "more_images_help": geometric["images"].value < geometric["bitmaps"].value,
        "larger_at": [int(d) for d, of in more.items() if of.low > 0],
        "smaller_at": [int(d) for d, of in more.items() if of.high < 0],
        "gap": gaps,
        "overfits": gaps["fields"]["autoencoder"] > 20,
        "control_is_worse": share["bitmaps"][dims[-1]].value >= 100,
        "seeds": gain.n,
        "seconds": sum(of.sum() for of in seconds),
        "networks": sum(map(len, seconds)),
    }


def _gap(rows: pd.DataFrame, variant: str, latent_dim: int) -> float:
    """The excess of the test error over the training error, in percent."""
    train, test = (epsilon(rows, variant, latent_dim, split).value for split in SPLITS)
    return 100 * (test / train - 1)


def _samples(rows: pd.DataFrame, split: str) -> float:
    return final_values(rows, metric="samples", split=split).iloc[0]
