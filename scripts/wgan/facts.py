"""The numbers and conditions of the report's sections on tasks 6 to 8."""

import itertools

import numpy as np
import pandas as pd

from dlse.results.claims import final_values
from dlse.results.estimates import Estimate
from dlse.studies.wgan.claims import (
    lowest_headline,
    percent_by_seed,
    share_by_seed,
    unseen_flaws,
)
from dlse.studies.wgan.cost import (
    ACCURACY,
    exponent,
    median_cost,
    median_interval,
    ratio_interval,
    runs_table,
    scaling_runs,
    standard_run,
)
from dlse.studies.wgan.measure.known_flaws import KNOWN_FLAWS
from dlse.studies.wgan.measure.sliced_wasserstein import RANDOM_DIRECTIONS, SIGMA
from dlse.studies.wgan.measure.uniformity import CONFIDENCE, SEARCHED
from dlse.studies.wgan.networks import BETAS, INITIALIZATION
from dlse.studies.wgan.standard import STANDARD
from dlse.workflow.tables import read_table

# The recipe was found by hand, with about so many runs on seeds from here on. No job uses them.
EXPLORED = 750
TUNED_FROM = 9000
JUDGED_BEFORE = (0, 15)  # seeds that judged an earlier recipe, and steered its last change
TASKS = {"uniform5": "task6", "uniform20": "task7"}
VARIANTS = {
    "uniform": "one-sided penalty, linear output",
    "two_sided": "two-sided penalty",
    "bounded": "tanh at the output",
}
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


def facts(metrics: pd.DataFrame, settings: dict, standard: list[dict]) -> dict:
    """The measure, the accuracy of the generators, and its cost.

    settings: the config's section.
    standard: the tables of the usual recipe that were measured; there may be none.
    """
    rows, speed, uniformity = (
        metrics[metrics.study == study] for study in ("wgan", "wgan_speed", "uniformity")
    )
    tables = [read_table(table["path"]) for table in standard]
    cpu = tables[0].schema.metadata[b"cpu"].decode() if tables else None
    return {
        "uniformity": _uniformity(uniformity),
        "runs": _runs(rows, speed, uniformity, settings),
        "cost": _costs(rows, [table.to_pandas() for table in tables], cpu),
    }


def _uniformity(rows: pd.DataFrame) -> dict:
    """The measure: its noise, and the flaws that it detects."""
    flaws = []
    for variant, flaw in KNOWN_FLAWS.items():
        sees = rows[(rows.variant == variant) & (rows.metric == "sees") & (rows.value == 1)]
        seen = [sorted(sees[sees.split == name].dim) for name in MEASURE_NAMES]
        flaws.append({"name": flaw.description, "seen": seen})
    floors = []
    for dim, group in rows[rows.variant == "floor"].groupby("dim"):
        pairs = rows[(rows.variant == "two_sample_floor") & (rows.dim == dim)]
        floors.append({"dim": dim, "one": _band(group.value), "two": _band(pairs.value)})
    unseen = unseen_flaws(rows) or Estimate(0, np.nan, np.nan, 0)
    headlines = rows[(rows.split == "headline") & (rows.metric == "value")]
    passing = headlines[headlines.variant.isin(KNOWN_FLAWS) & (headlines.value < ACCURACY)]
    return {
        "accuracy": 100 * ACCURACY,
        "half_width": 100 * ACCURACY * SIGMA,
        "measures": [name for name, _ in MEASURE_NAMES.values()],
        "flaws": flaws,
        "panel_dims": sorted(rows[rows.variant == "true"].dim.unique()),
        "floors": floors,
        "random_directions": RANDOM_DIRECTIONS,
        "confidence": 100 * CONFIDENCE,
        "samples": rows.samples.max(),
        "searched": SEARCHED * rows.samples.max(),
        "repeats": (rows.variant == "floor").sum() // max(1, len(floors)),
        "panel_blind": not unseen.n or unseen.value > 0,
        "unseen": unseen,
        "passing": [
            {"name": KNOWN_FLAWS[r.variant].description, "dim": r.dim, "percent": 100 * r.value}
            for r in passing.itertuples()
        ],
    }


def _runs(rows: pd.DataFrame, speed: pd.DataFrame, floors: pd.DataFrame, settings: dict) -> dict:
    """Tasks 6 and 7: how accurate the generators are, by the dimension of their noise."""
    runs = runs_table(rows)
    recipes = {run["name"]: _recipe(settings, run) for run in settings["runs"]}
    equal = set(runs[runs.noise_dim == runs.dim].variant)
    variants = []
    for dim in (5, 20):
        kinds = [kind for kind in VARIANTS if f"{kind}{dim}" in equal]
        if len(kinds) > 1:  # else there is nothing to compare
            for kind in kinds:
                group = runs[(runs.variant == f"{kind}{dim}") & (runs.noise_dim == dim)]
                variants.append({"dim": dim, "name": VARIANTS[kind], **_summary(group)})
    steps = {run["name"]: run["steps"] for run in settings["runs"]}
    measured = scaling_runs(runs)
    of_dims = measured[measured.classifier_accuracy.notna()].groupby("dim")
    accuracies = of_dims.classifier_accuracy.mean()
    return {
        **{
            task: {**_task(runs, run, floors), "recipe": recipes[run], "steps": steps[run]}
            for run, task in TASKS.items()
        },
        "explored": EXPLORED,
        "tuned_from": TUNED_FROM,
        "judged_before": JUDGED_BEFORE,
        "seeds": [int(runs.seed.min()), int(runs.seed.max())],
        "betas": BETAS,
        "initialization": INITIALIZATION,
        "joint": [
            {"dim": dim, "headline": percent_by_seed(group, "headline"), **_joint(group)}
            for dim, group in of_dims
        ],
        "joint_grows": all(b > a for a, b in itertools.pairwise(accuracies)),
        "same_recipe": recipes["uniform5"] == recipes["uniform20"],
        "one_critic_layer": len(recipes["uniform5"]["critic_widths"]) == 1,
        "critic_steps": settings["recipe"]["critic_steps"],
        "variants": variants,
        "speed": [
            {
                "dim": dim,
                "closed": 1000 * _one(group, "cpu_seconds_per_step", "closed_form"),
                "autograd": 1000 * _one(group, "cpu_seconds_per_step", "autograd"),
                "ratio": _one(group, "ratio", "autograd"),
                "range": [
                    _one(group, f"{end}_ratio", "autograd") for end in ("smallest", "largest")
                ],
                "difference": group[group.metric == "gradient_difference"].value.max(),
            }
            for dim, group in speed.groupby("dim")
        ],
        "members": speed.members.max(),
        "seconds": rows[rows.metric == "job_cpu_seconds"].value.sum(),
    }


def _recipe(settings: dict, run: dict) -> dict:
    """The recipe of one run: the shared one with the values that the run replaces."""
    own = {name: run[name] for name in settings["recipe"] if run.get(name) is not None}
    return {**settings["recipe"], **own}


def _costs(rows: pd.DataFrame, standard: list[pd.DataFrame], standard_cpu: str | None) -> dict:
    """Task 8: the cost of an accurate generator.

    standard: the tables of the usual recipe, measured on the processor `standard_cpu`.
    """
    runs = runs_table(rows)
    full = scaling_runs(runs)
    low, high = [full[full.variant == run] for run in TASKS]
    costs_of = {
        "generator steps": lambda r: r.steps,
        "critic steps": lambda r: r.steps * r.critic_steps_per_step,
        "GFLOP": lambda r: r.steps * r.flops_per_step / 1e9,
        "CPU seconds": lambda r: r.cpu_seconds,
    }
    quantities = []
    for name, cost in costs_of.items():
        of_tasks = [(cost(r), r.reached) for r in (low, high)]
        quantities.append(
            {
                "name": name,
                "medians": [median_interval(*of_task) for of_task in of_tasks],
                "ratio": ratio_interval(*reversed(of_tasks)),
            }
        )
    ratio = quantities[-1]["ratio"]
    per_step = [1e3 * (r.cpu_seconds / r.steps).median() for r in (low, high)]
    steps_ratio = high.steps.median() / low.steps.median()
    step_cost_ratio = per_step[1] / per_step[0]
    reached = full[full.reached == 1]
    exponents = {
        "cpu": exponent(reached.dim, reached.cpu_seconds),
        "steps": exponent(reached.dim, reached.steps),
        "step_cost": exponent(reached.dim, reached.cpu_seconds / reached.steps),
    }
    noise = {
        task: _over_noise(runs[(runs.variant == run) & (runs.noise_dim >= runs.dim)])
        for run, task in TASKS.items()
    }
    spreads = [
        max(costs.values()) / min(costs.values())
        for costs in noise.values()
        if len(costs) > 1 and min(costs.values()) < np.inf
    ]
    our_costs = {dim: median_cost(r.cpu_seconds, r.reached) for dim, r in full.groupby("dim")}
    our_costs = pd.Series(our_costs, dtype=float).replace(np.inf, np.nan)
    usual = [standard_run(table) for table in standard]
    return {
        "compares": bool(len(low) and len(high)),
        "quantities": quantities,
        "step_milliseconds": per_step,
        "has_ratio": np.isfinite(ratio.value),
        "ratio": ratio,
        "steps_ratio": steps_ratio,
        "step_cost_ratio": step_cost_ratio,
        "steps_drive": steps_ratio > step_cost_ratio,
        "scaling": [
            {
                "dim": dim,
                "n": len(group),
                "reached": group.reached.sum(),
                "steps": group.steps.median(),
                "seconds": group.cpu_seconds.median(),
                "mflop": group.flops_per_step.median() / 1e6,
            }
            for dim, group in full.groupby("dim")
        ],
        "exponents": exponents,
        "has_exponent": exponents["cpu"].n > 1,
        "noise": noise,
        "compares_noise": bool(spreads),
        "noise_is_cheap": all(spread < 1.5 for spread in spreads),
        "usual": STANDARD,
        "standard": [
            {
                "dim": run.dim,
                "steps": run.steps,
                "reached": bool(run.reached),
                "seconds": run.cpu_seconds,
                "percent": 100 * run.headline,
                "ratio": run.cpu_seconds / our_costs.get(run.dim, np.nan),
            }
            for run in usual
        ],
        "standard_cpu": standard_cpu,
        "n_censored": (low.reached == 0).sum() + (high.reached == 0).sum(),
    }


def _task(runs: pd.DataFrame, run: str, floors: pd.DataFrame) -> dict:
    of_task = runs[runs.variant == run]
    dim = of_task.dim.iloc[0]
    with_enough = of_task[of_task.noise_dim >= dim]
    enough = {**_summary(with_enough), "seeds": with_enough.seed.nunique()}
    table = [
        {"noise_dim": noise_dim, **_summary(group)}
        for noise_dim, group in of_task.groupby("noise_dim")
    ]
    below = [row for row in table if row["noise_dim"] < dim]
    joint = _joint(with_enough) if len(with_enough) else None
    return {
        "dim": dim,
        "table": table,
        "panel": _panel(of_task, floors[floors.dim == dim]),
        "joint": joint,
        "joint_differs": joint is not None and _exceeds(joint),
        "floor": _band(floors[(floors.variant == "floor") & (floors.dim == dim)].value),
        "enough": enough,
        "all_stay": 0 < enough["n"] == enough["stays"],
        "stay": share_by_seed(with_enough, "stays"),
        "half_reach": np.isfinite(enough["seconds"].value),
        "below": {
            "n": sum(row["n"] for row in below),
            "reached": sum(row["reached"] for row in below),
            "lowest": lowest_headline(of_task[of_task.noise_dim < dim]),
            "none_reach": not any(row["reached"] for row in below),
            "least": below[0],
            "most": below[-1],
            "thin": below[0]["intrinsic_dimension"] < 2 * below[0]["noise_dim"] + 0.5,
        } if below else None,
    }  # fmt: skip


def _panel(runs: pd.DataFrame, uniformity: pd.DataFrame) -> dict:
    """The measures of one task: the median over seeds for each noise dimension, and whether it lies
    outside the prediction interval of true samples, so that the measure tells the median generator
    from the truth.

    uniformity: the rows of the dimension.
    """
    true = uniformity[uniformity.variant == "true"].set_index(["split", "metric"]).value
    measures = []
    for measure, (name, factor) in MEASURE_NAMES.items():
        value, low, high = (true[measure, of] for of in ("value", "low", "high"))
        medians = runs.groupby("noise_dim")[measure].median()
        measures.append(
            {
                "name": name,
                "unit": "%" if factor == 100 else "1",
                "values": [factor * median for median in medians],
                "tells_at": [n for n, median in medians.items() if not low <= median <= high],
                "true": [factor * value, factor * max(0, low), factor * high],
            }
        )
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


def _joint(runs: pd.DataFrame) -> dict:
    """What is known of the joint distribution that `runs` generate, in percent, over seeds."""
    found = {name: percent_by_seed(runs, name) for name in JOINT}
    # Total variation is at least the mass where the truth has none, and 2 · accuracy − 1.
    bounds = [found["outside_share"].value, 2 * found["classifier_accuracy"].value - 100]
    return {**found, "variation": max(0, *bounds), "seeds": found["outside_share"].n}


def _exceeds(joint: dict) -> bool:
    """Whether the joint distribution is established to be further away than the required accuracy,
    by |x|² or by the best classifier."""
    limits = {"norm_distance": 100 * ACCURACY, "classifier_accuracy": 50 * (1 + ACCURACY)}
    ends = {name: np.nanmin([joint[name].value, joint[name].low]) for name in limits}
    return any(ends[name] > limit for name, limit in limits.items())


def _summary(runs: pd.DataFrame) -> dict:
    """How many runs become accurate and remain so, what it costs, and medians at their end."""
    headlines = 100 * runs.headline
    return {
        "n": len(runs),
        "reached": int(runs.reached.sum()),
        "stays": int(runs.stays.sum()),
        "seconds": median_interval(runs.cpu_seconds, runs.reached),
        "headline": headlines.median(),
        "range": [headlines.min(), headlines.max()],
        "raw": 100 * runs.raw_headline.median(),
        "classifier": 100 * runs.classifier_accuracy.median(),
        "outside": 100 * runs.outside_share.median(),
        "intrinsic_dimension": runs.intrinsic_dimension.median(),
    }


def _over_noise(runs: pd.DataFrame) -> dict[int, float]:
    """The median cost per noise dimension."""
    return {
        int(noise_dim): median_cost(group.cpu_seconds, group.reached)
        for noise_dim, group in runs.groupby("noise_dim")
    }


def _band(values: pd.Series) -> Estimate:
    """The median and the 95 % band of `values`, in percent."""
    low, high = 100 * values.quantile([0.025, 0.975])
    return Estimate(100 * values.median(), low, high, len(values))


def _one(group: pd.DataFrame, metric: str, variant: str) -> float:
    return float(final_values(group, metric=metric, variant=variant).iloc[0])
