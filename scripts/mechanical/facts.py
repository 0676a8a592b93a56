"""What the report says about Mechanical MNIST: the solver, and task 5 on its fields."""

import math

import numpy as np
import pandas as pd
from dlse.studies.mechanical.intrinsic import (
    dims_for,
    participation_ratio,
    pca_curve,
    relative_errors,
)
from dlse.studies.mechanical.solver.hyperelasticity import POISSON, SOFT, STIFF
from dlse.studies.mechanical.solver.newton import TOLERANCE

from dlse.results.claims import autoencoder_shares, epsilon, published_difference, select
from dlse.results.formatting import interval, number, significant
from dlse.results.labels import display_name

SHARES = (0.9, 0.95, 0.99)  # of the variance
COMPARED = SHARES[1]
ELEMENT_NAMES = {
    "P1": "3-node triangle, 1 point",
    "P2": "6-node triangle, 3 points",
    "Q1": "4-node quadrilateral, 2 × 2 points",
    "Q1R": "4-node quadrilateral, 1 point",
    "Q2": "9-node quadrilateral, 3 × 3 points",
    "S2R": "8-node quadrilateral, 2 × 2 points",
}


def solver_facts(rows: pd.DataFrame, settings: dict) -> dict:
    """The elements, the checks and the simulated blocks; `settings` is the config's section."""
    blocks = rows[rows.variant == "simulated"]
    energies = blocks[blocks.metric == "energies"]
    seconds = select(blocks, metric="cpu_seconds").sum()
    n = int(energies.image.nunique())
    differences = published_difference(rows)
    checks = rows[rows.variant == "checks"]
    wide = rows[rows.variant == "element"].pivot_table(
        index=["element", "refinement"], columns="metric", values="value", sort=False
    )
    has_published = "difference_from_published" in wide
    own = (settings["element"], settings["refinement"])
    own = own if own in wide.index else None
    better = _nearer_for_less(wide, own, "published" if has_published else "finest") if own else []
    # How far the published energies are from those of the finest mesh.
    finest = (
        wide.signed_difference_from_published[wide.unknowns.idxmax()] if has_published else math.nan
    )
    largest = checks.groupby("metric").value.max()
    assembly = 1000 * checks[checks.metric == "assembly_cpu_seconds"].set_index("peer").value
    return {
        "soft": f"{SOFT:g}",
        "rise": f"{STIFF - SOFT:g}",
        "stiffer": f"{STIFF / SOFT:g}",
        "poisson": f"{POISSON:g}",
        "tolerance": round(math.log10(TOLERANCE)),
        "images": display_name(rows.dataset.iloc[0]),
        "is_simulated": bool(n),
        "n": f"{n:,}",
        "case": settings["case"].replace("_", " "),
        "steps": [str(step) for step in settings["steps"]],
        "element": ELEMENT_NAMES[settings["element"]],
        "minutes": number(seconds / 60, 1),
        "seconds_each": f"{seconds / n:.2g}" if n else None,
        "failures": int(select(blocks, metric="failures").sum()),
        "smallest_determinant": _two_digits(blocks[blocks.metric == "determinants"].value.min()),
        "largest_residual": _two_digits(blocks[blocks.metric == "residuals"].value.max()),
        "has_published": bool(len(differences)),
        "n_published": f"{len(differences):,}",
        "published_mean": _two_digits(differences.mean()),
        "published_largest": _two_digits(differences.max()),
        "elements": _elements(wide),
        "full_is_stiff": _full_quadrature_is_stiff(rows),
        "truth": "published energies" if has_published else "finest mesh",
        "compares_default": own is not None and len(wide) > 1,
        "default_is_efficient": own is not None and not better,
        "better": better,
        "finest_is_lower": bool(finest < 0),
        "finest": number(abs(100 * finest), 2) if has_published else None,
        "nearer_to_finest": _nearer_for_less(wide, own, "finest") if own else [],
        "n_compared": int(
            rows[(rows.variant == "element") & (rows.metric == "energies")].image.nunique()
        ),
        "checks": [
            {"name": name, "value": _two_digits(largest[metric])}
            for metric, name in CHECK_NAMES.items()
            if metric in largest.index
        ],
        "assembly": {name: _two_digits(value) for name, value in assembly.items()},
        "assembly_ratio": _two_digits(assembly["scikit-fem"] / assembly["ours"]),
        "assembly_would_rule": bool(assembly["scikit-fem"] > assembly["factorization"]),
        "has_reference": "reference_displacement" in largest.index,
    }


CHECK_NAMES = {
    "reference_displacement": "displacements of an exact reference (triangles; sides of a pixel)",
    "reference_energy": "its strain energies from step 4 on (relative)",
    "reference_energy_step3": "its strain energy at step 3 (relative; its own rounding)",
    "reference_reaction": "its reactions from step 3 on (relative)",
    "patch_test": "patch test of every element at finite strain",
    "force_difference": "forces against differences of the energy (relative)",
    "stiffness_difference": "stiffnesses against differences of the forces (relative)",
    "imbalance": "reactions at opposite sides, all load cases (relative)",
    "rotation_difference": "energy of a deformed block and of the same turned (relative)",
}


def _elements(wide: pd.DataFrame) -> list[dict]:
    found = []
    for (element, refinement), row in wide.iterrows():
        published = row.get("signed_difference_from_published", math.nan)
        found.append(
            {
                "element": ELEMENT_NAMES[element],
                "refinement": f"{refinement:.0f}²",
                "unknowns": f"{row.unknowns:,.0f}",
                "seconds": f"{row.cpu_seconds:.2g}",
                "finest": _signed(100 * row.signed_difference_from_finest),
                "published": _signed(100 * published),
            }
        )
    return found


def _full_quadrature_is_stiff(rows: pd.DataFrame) -> bool:
    """Whether those elements have too much energy on the coarsest mesh; False where none is
    compared with a finer one."""
    coarse = rows[(rows.metric == "signed_difference_from_finest") & (rows.refinement == 1)]
    full = coarse[~coarse.element.str.endswith("R")].value
    return bool(len(full) and (full > 0).all())


def _nearer_for_less(wide: pd.DataFrame, own: tuple[str, int], truth: str) -> list[str]:
    """The elements, by name and elements to a pixel, that are nearer to the `truth` ("published"
    or "finest") than `own` and take less time."""
    difference, seconds = wide[f"difference_from_{truth}"], wide.cpu_seconds
    found = wide.index[(difference < difference[own]) & (seconds < seconds[own])]
    return [
        f"{ELEMENT_NAMES[element]}, {refinement:.0f}² to a pixel" for element, refinement in found
    ]


def fields_facts(rows: pd.DataFrame, bitmaps: pd.DataFrame, images: pd.DataFrame) -> dict:
    """Task 5 on the fields, `rows`, beside that on the images that caused them, `bitmaps`, with
    the same networks, and that on all images, `images`."""
    dims = [int(d) for d in relative_errors(rows, "autoencoder").index]
    sets = {"fields": rows, "bitmaps": bitmaps, "images": images}
    shares = {name: 100 * autoencoder_shares(of).mean() for name, of in sets.items()}
    relative = {
        (name, variant): 100 * relative_errors(sets[name], variant)
        for name in ("fields", "bitmaps")
        for variant in ("pca", "autoencoder")
    }
    needed = {share: {name: dims_for(of, share) for name, of in sets.items()} for share in SHARES}
    geometric = {name: float(np.exp(np.log(of).mean())) for name, of in shares.items()}
    gaps = {
        (name, variant): 100 * (epsilon(sets[name], variant, dims[-1], "test").value
                                / epsilon(sets[name], variant, dims[-1], "train").value - 1)
        for name in ("fields", "bitmaps")
        for variant in ("pca", "autoencoder")
    }  # fmt: skip
    times_fewer = needed[COMPARED]["bitmaps"] / needed[COMPARED]["fields"]
    best = int(shares["fields"].idxmin())
    ratio = shares["fields"] / shares["bitmaps"]
    final = rows[rows.step.isna() & (rows.metric == "cpu_seconds")]
    return {
        "dataset": display_name(rows.dataset.iloc[0]),
        "bitmaps": display_name(bitmaps.dataset.iloc[0]),
        "unit": rows[rows.metric == "epsilon"].unit.iloc[0],
        "n_train": _samples(rows, "train"),
        "n_test": _samples(rows, "test"),
        "images_n_train": _samples(images, "train"),
        "variance": number(pca_curve(rows, "test")[0], 0),
        "bitmaps_variance": number(pca_curve(bitmaps, "test")[0], 1),
        "table": [
            {
                "latent_dim": d,
                "pca_train": _three_digits(epsilon(rows, "pca", d, "train").value),
                "pca_test": _three_digits(epsilon(rows, "pca", d, "test").value),
                "ae_train": _three_digits(epsilon(rows, "autoencoder", d, "train").value),
                "ae_test": _three_digits(epsilon(rows, "autoencoder", d, "test").value),
                "ae_interval": interval(epsilon(rows, "autoencoder", d, "test"), 2),
                "pca_relative": _two_digits(relative["fields", "pca"][d]),
                "ae_relative": _two_digits(relative["fields", "autoencoder"][d]),
                "bitmaps_pca_relative": _two_digits(relative["bitmaps", "pca"][d]),
                "bitmaps_ae_relative": _two_digits(relative["bitmaps", "autoencoder"][d]),
                **{f"{name}_share": number(of[d], 0) for name, of in shares.items()},
            }
            for d in dims
        ],
        "needed": [{"share": f"{100 * share:g}", **of} for share, of in needed.items()],
        "participation": number(participation_ratio(rows), 1),
        "bitmaps_participation": number(participation_ratio(bitmaps), 1),
        "share": f"{100 * COMPARED:g}",
        "times_fewer": number(times_fewer, 0 if times_fewer >= 2 else 1),
        "fields_are_lower": bool(needed[COMPARED]["fields"] < needed[COMPARED]["bitmaps"]),
        "always_below": bool(shares["fields"].max() < 100),
        "worse_at": [str(d) for d in dims if shares["fields"][d] >= 100],
        "best": best,
        "best_share": number(shares["fields"][best], 0),
        "best_is_inside": dims[0] < best < dims[-1],
        "geometric_share": number(geometric["fields"], 0),
        "bitmaps_geometric_share": number(geometric["bitmaps"], 0),
        "images_geometric_share": number(geometric["images"], 0),
        "advantage_is_larger": bool(geometric["fields"] < geometric["bitmaps"]),
        "more_images_help": bool(geometric["images"] < geometric["bitmaps"]),
        "larger_at": [str(d) for d in dims if ratio[d] < 1],
        "smaller_at": [str(d) for d in dims if ratio[d] >= 1],
        "changes_sides": bool((ratio < 1).any() and (ratio >= 1).any()),
        "large": dims[-1],
        "large_share": number(shares["fields"][dims[-1]], 0),
        "pca_gap": number(gaps["fields", "pca"], 0),
        "ae_gap": number(gaps["fields", "autoencoder"], 0),
        "bitmaps_ae_gap": number(gaps["bitmaps", "autoencoder"], 0),
        "overfits": bool(gaps["fields", "autoencoder"] > 20),
        "seconds": number(final[final.variant == "autoencoder"].value.sum(), 0),
        "seconds_each": number(final[final.variant == "autoencoder"].value.mean(), 0),
    }


def _samples(rows: pd.DataFrame, split: str) -> str:
    return f"{select(rows, metric='samples', split=split).iloc[0]:,.0f}"


def _two_digits(value: float) -> str:
    return significant(value, 2)


def _three_digits(value: float) -> str:
    if not math.isfinite(value) or value == 0:
        return number(value, 0)
    return number(value, max(0, 2 - math.floor(math.log10(value))))


def _signed(percent: float) -> str:
    return "–" if math.isnan(percent) else f"{percent:+.2f}".replace("-", "−")
