"""How the panel of measures judges generators: by noise dimension, by output, and their joint
distribution of all coordinates."""

import numpy as np
import pandas as pd

from dlse.studies.wgan.claims import percent_by_seed
from dlse.studies.wgan.cost import ACCURACY
from dlse.studies.wgan.measure.known_flaws import FOLDED_NOISE
from dlse.studies.wgan.measure.uniformity import CONFIDENCE

# The outputs of a generator, by the names of their runs.
OUTPUT_NAMES = {"uniform": "linear", "tanh": "tanh", "fold": "fold"}
# How the report names the measures of uniformity, and what it multiplies them by: shares by 100.
MEASURE_NAMES = {
    "headline": ("headline", 100),
    "mean_distance": ("mean distance", 100),
    "optimized_direction": ("optimized direction", 100),
    "worst_marginal_ks": ("marginal KS", 1),
    "covariance_error": ("covariance", 1),
    "square_correlation": ("squares", 1),
    "norm_distance": ("|x|²", 100),
    "max_norm_ks": ("largest |xᵢ|", 1),
    "outside_share": ("outside", 100),
    "nearest_neighbor_accuracy": ("1-NN", 100),
    "classifier_accuracy": ("classifier", 100),
    "intrinsic_dimension": ("dimension", 1),
}
# What is known of the joint distribution of all coordinates.
JOINT = ("optimized_direction", "norm_distance", "outside_share", "classifier_accuracy")


def panel_over_noise(runs: pd.DataFrame, uniformity: pd.DataFrame) -> dict:
    """The measures of the `runs` of one variant: the median over seeds for each noise dimension,
    and whether it tells the median generator from the truth."""
    medians = runs.groupby("noise_dim")[list(MEASURE_NAMES)].median()
    medians.index = [int(noise_dim) for noise_dim in medians.index]
    measures = judged(medians, uniformity, runs.dim.iloc[0])
    seeds = runs[runs.classifier_accuracy.notna()].groupby("noise_dim").seed.nunique()
    return {
        "measures": measures,
        "tells": [
            {
                "noise_dim": noise_dim,
                "by": [m["name"] for m in measures if noise_dim in m["tells_at"]],
                "not_by": [m["name"] for m in measures if noise_dim not in m["tells_at"]],
            }
            for noise_dim in medians.index
        ],
        "seeds": seeds.max(),
    }


def judged(values: pd.DataFrame, uniformity: pd.DataFrame, dim: int) -> list[dict]:
    """For each measure its `values` (a column; the rows are generators), and in `tells_at` the rows
    for which it lies outside the prediction interval of true samples in `dim` dimensions."""
    true = uniformity[(uniformity.variant == "true") & (uniformity.dim == dim)]
    true = true.set_index(["split", "metric"]).value
    measures = []
    for measure, (name, factor) in MEASURE_NAMES.items():
        value, low, high = (true[measure, of] for of in ("value", "low", "high"))
        measures.append(
            {
                "name": name,
                "unit": "%" if factor == 100 else "1",
                "values": list(factor * values[measure]),
                "tells_at": [of for of, v in values[measure].items() if not low <= v <= high],
                "true": [factor * value, factor * max(0, low), factor * high],
            }
        )
    return measures


def panels_of_outputs(runs: pd.DataFrame, uniformity: pd.DataFrame) -> list[dict]:
    """The panel of the outputs of a generator, with noise of as many dimensions as coordinates,
    beside the untrained generator of the fold and folded noise: one entry per dimension."""
    found = []
    equal = runs[(runs.noise_dim == runs.dim) & runs.classifier_accuracy.notna()]
    for dim in sorted(uniformity[uniformity.variant == "true"].dim.unique()):
        groups = {kind: equal[equal.variant == f"{kind}{dim:.0f}"] for kind in OUTPUT_NAMES}
        groups = {kind: group for kind, group in groups.items() if len(group)}
        if "fold" not in groups:
            continue
        columns = {OUTPUT_NAMES[kind]: group for kind, group in groups.items()}
        values = {name: group[list(MEASURE_NAMES)].median() for name, group in columns.items()}
        folded = groups["fold"]
        if "uniform" in groups:
            values["linear, fitted"] = _control(groups["uniform"], "supervised")
        values["fold, untrained"] = _control(folded, "untrained")
        known = uniformity[(uniformity.metric == "value") & (uniformity.dim == dim)]
        for variant, control in FOLDED_NOISE.items():
            of_control = known[known.variant == variant].set_index("split").value
            values[control.description] = of_control[list(MEASURE_NAMES)]
        each = judged(folded.set_index("seed")[list(MEASURE_NAMES)], uniformity, dim)
        measures = judged(pd.DataFrame(values).T, uniformity, dim)
        found.append(
            {
                "dim": int(dim),
                "names": list(values),
                "counts": [len(group) for group in columns.values()],
                "measures": measures,
                "told": [sum(name in m["tells_at"] for m in measures) for name in values],
                # Of the fold: how many pairs of a seed and a measure tell, and by chance alone.
                "pairs": len(folded) * len(MEASURE_NAMES),
                "pairs_told": sum(len(m["tells_at"]) for m in each),
                "by_chance": len(folded) * len(MEASURE_NAMES) * (1 - CONFIDENCE),
                "classifier": percent_by_seed(folded, "classifier_accuracy"),
                "worst_classifier": 100 * folded.classifier_accuracy.max(),
                "untrained_classifier": percent_by_seed(folded, "untrained_classifier_accuracy"),
            }
        )
    return found


def _control(runs: pd.DataFrame, name: str) -> pd.Series:
    """The medians of the measures of a control of the `runs`, by the measure."""
    return pd.Series({measure: runs[f"{name}_{measure}"].median() for measure in MEASURE_NAMES})


def joint_distribution(runs: pd.DataFrame) -> dict:
    """What is known of the joint distribution that `runs` generate, in percent, over seeds."""
    found = {name: percent_by_seed(runs, name) for name in JOINT}
    # Total variation is at least the mass where the truth has none, and 2 · accuracy − 1.
    bounds = [found["outside_share"].value, 2 * found["classifier_accuracy"].value - 100]
    return {**found, "variation": np.floor(max(0, *bounds)), "seeds": found["outside_share"].n}


def joint_differs(joint: dict) -> bool:
    """Whether the joint distribution is established to be further away than the required accuracy,
    by |x|² or by the best classifier."""
    limits = {"norm_distance": 100 * ACCURACY, "classifier_accuracy": 50 * (1 + ACCURACY)}
    ends = {name: np.nanmin([joint[name].value, joint[name].low]) for name in limits}
    return any(ends[name] > limit for name, limit in limits.items())
