"""The numbers and conditions of the report's sections on tasks 6 to 8."""

import itertools

import numpy as np
import pandas as pd

from dlse.results.estimates import Estimate
from dlse.results.rows import rows_of
from dlse.studies.wgan.claims import (
    lowest_headline,
    percent_by_seed,
    share_by_seed,
    unseen_flaws,
)
from dlse.studies.wgan.cost import (
    ACCURACY,
    PowerLaw,
    arrivals,
    median_cost,
    median_interval,
    paired_ratio_interval,
    ratio_interval,
    runs_table,
    scaling_law,
    scaling_runs,
    seconds_interval,
    seconds_ratio_interval,
    standard_run,
    usual_ratio_interval,
)
from dlse.studies.wgan.measure.known_flaws import KNOWN_FLAWS
from dlse.studies.wgan.measure.sliced_wasserstein import RANDOM_DIRECTIONS, SIGMA
from dlse.studies.wgan.measure.uniformity import CONFIDENCE, SEARCHED
from dlse.studies.wgan.networks import BETAS, INITIALIZATION
from dlse.studies.wgan.panels import (
    MEASURE_NAMES,
    joint_differs,
    joint_distribution,
    panel_over_noise,
    panels_of_outputs,
)
from dlse.studies.wgan.recipes import recipe_of
from dlse.studies.wgan.standard import STANDARD
from dlse.workflow.tables import read_table

# The recipe was found by hand, with about so many runs on seeds from here on. No job uses them.
EXPLORED = 770
TUNED_FROM = 9000
PLATEAU = 0.8  # a headline above this share of a Gaussian's is on the plateau
JUDGED_BEFORE = (0, 15)  # seeds that judged an earlier recipe, and steered its last change
TASKS = {"uniform5": "task6", "uniform20": "task7"}
VARIANTS = {
    "uniform": "one-sided penalty, linear output",
    "two_sided": "two-sided penalty",
    "wide": "larger critic and batches, longer",
    "tanh": "tanh at the output",
    "fold": "folded output",
}
UNKNOWN = Estimate(np.nan, np.nan, np.nan, 0)
UNFITTED = PowerLaw(UNKNOWN, np.nan, UNKNOWN)


def facts(metrics: str, settings: dict, standard: list[dict]) -> dict:
    """The measure, the accuracy of the generators, and its cost.

    metrics: the table of all studies.
    settings: the config's section.
    standard: the tables of the usual recipe that were measured; there may be none.
    """
    rows, speed, uniformity = (
        rows_of(metrics, study) for study in ("wgan", "wgan_speed", "uniformity")
    )
    return {
        "uniformity": _uniformity(uniformity),
        "runs": _runs(rows, speed, uniformity, settings),
        "cost": _costs(rows, speed, uniformity, settings),
        "usual": _usual(rows, speed, standard),
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
        "panel_dims": sorted(rows[rows.metric == "must_see"].dim.unique()),
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
    recipes = {run["name"]: recipe_of(settings, run) for run in settings["runs"]}
    equal = set(runs[runs.noise_dim == runs.dim].variant)
    variants = []
    for dim in (5, 20):
        kinds = [kind for kind in VARIANTS if f"{kind}{dim}" in equal]
        if len(kinds) > 1:  # else there is nothing to compare
            for kind in kinds:
                group = runs[(runs.variant == f"{kind}{dim}") & (runs.noise_dim == dim)]
                variants.append({"dim": dim, "name": VARIANTS[kind], **_summary(group)})
    steps = {run["name"]: run["steps"] for run in settings["runs"]}
    measured = scaling_runs(runs, "uniform")
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
            {
                "dim": dim,
                "headline": percent_by_seed(group, "headline"),
                **joint_distribution(group),
            }
            for dim, group in of_dims
        ],
        "joint_grows": all(b > a for a, b in itertools.pairwise(accuracies)),
        "same_recipe": recipes["uniform5"] == recipes["uniform20"],
        "one_critic_layer": len(recipes["uniform5"]["critic_widths"]) == 1,
        "critic_steps": settings["recipe"]["critic_steps"],
        "variants": variants,
        "outputs": panels_of_outputs(runs, floors),
        "folded_deviation": 200 * np.exp(-(np.pi**2) / 2),
        "edges": _edges(runs, settings),
        "folded": [
            {"dim": dim, "panel": panel_over_noise(runs[runs.variant == f"fold{dim}"], floors)}
            for dim in (5, 20)
            if runs[runs.variant == f"fold{dim}"].noise_dim.nunique() > 1
        ],
        "speed": _speed(speed),
        "members": speed.members.max(),
        "seconds": rows[rows.metric == "job_cpu_seconds"].value.sum(),
    }


def _edges(runs: pd.DataFrame, settings: dict) -> dict | None:
    """What bounds a linear output in 20 dimensions: what the samples outside the cube cost, and the
    noise of a batch, in percent of σ; and what the same network reaches when it is fitted to the
    right map. None without such runs."""
    linear = runs[(runs.variant == "uniform20") & (runs.noise_dim == 20)]
    if not len(linear) or "supervised_classifier_accuracy" not in linear:
        return None
    of_run = {run["name"]: {**run, **recipe_of(settings, run)} for run in settings["runs"]}
    batch_size = of_run["uniform20"]["batch_size"]
    # E ∫ |Fₙ − F| dx = √(2/(π n)) ∫ √(F (1 − F)) dx, and the last integral is π/4 on [−1, 1].
    noise = np.sqrt(2 / (np.pi * batch_size)) * np.pi / 4 / SIGMA
    wide = runs[(runs.variant == "wide20") & (runs.noise_dim == 20)]
    return {
        "outside": percent_by_seed(linear, "outside_share"),
        "overshoot": percent_by_seed(linear, "overshoot"),
        "batch_size": batch_size,
        "batch_noise": 100 * noise,
        "classifier": percent_by_seed(linear, "classifier_accuracy"),
        "fitted_classifier": 100 * linear.supervised_classifier_accuracy.mean(),
        "fitted_outside": 100 * linear.supervised_outside_share.mean(),
        "wide": {
            "classifier": percent_by_seed(wide, "classifier_accuracy"),
            "recipe": recipe_of(settings, of_run["wide20"]),
            "times": of_run["wide20"]["steps"] / of_run["uniform20"]["steps"],
        } if len(wide) else None,
    }  # fmt: skip


def _costs(
    rows: pd.DataFrame, speed: pd.DataFrame, uniformity: pd.DataFrame, settings: dict
) -> dict:
    """Task 8: the cost of an accurate generator."""
    runs = runs_table(rows)
    full = runs[runs.noise_dim == runs.dim]
    of_kind = {kind: [full[full.variant == f"{kind}{dim}"] for dim in (5, 20)] for kind in VARIANTS}
    tasks = of_kind["uniform"]
    times = speed[speed.metric == "cpu_seconds_per_step"]
    step_seconds = {
        kind: times[(times.output == "linear") & (times.variant == kind)]
        .set_index(["repetition", "dim"])
        .value.unstack()
        for kind in ("together", "alone")
    }
    resolutions = pd.concat([task.resolution / task.steps for task in tasks])
    tanh, folded = of_kind["tanh"], of_kind["fold"]
    compares, compares_tanh = (all(map(len, pair)) for pair in (tasks, tanh))
    linear_ratio = _comparison(tasks, "headline", "gflop")["ratio"]
    tanh_ratio = _comparison(tanh, "headline", "gflop")["ratio"]
    step_mflop = [task.flops_per_step.median() / 1e6 for task in tasks]
    plateau = [_plateau(rows, uniformity, task) for task in tasks]
    return {
        "compares": compares,
        "n": [len(task) for task in tasks],
        "quantities": [
            {"reading": reading, "output": output, **_comparison(pair, reading, cost)}
            for reading, output, pair, cost in (
                ("headline", "linear", tasks, "gflop"),
                ("headline", "linear", tasks, "steps"),
                ("worst_marginal_ks", "linear", tasks, "gflop"),
                ("worst_marginal_ks", "linear", tasks, "steps"),
                ("norm_distance", "linear", tasks, "gflop"),
                ("total_variation", "linear", tasks, "gflop"),
                ("headline", "tanh", tanh, "gflop"),
                ("total_variation", "tanh", tanh, "gflop"),
                ("headline", "fold", folded, "gflop"),
                ("headline", "fold", folded, "steps"),
                ("norm_distance", "fold", folded, "gflop"),
                ("total_variation", "fold", folded, "gflop"),
                ("total_variation", "fold", folded, "steps"),
            )
            if all(map(len, pair))
        ],
        "seconds": [
            {"kind": kind, **_seconds(tasks, step_seconds[kind])} for kind in ("together", "alone")
        ] if compares else [],
        "members": settings["speed"]["members"],
        "jobs": settings["speed"]["jobs"],
        "spacing": settings["resolution"],
        "resolution": 100 * resolutions[resolutions > 0].max(),
        "coarse": 100 / settings["evaluations"],
        "step_mflop": step_mflop,
        "step_ratio": step_mflop[1] / step_mflop[0],
        "ratio": linear_ratio,
        "has_ratio": compares and np.isfinite(linear_ratio.value),
        "steps_ratio": _comparison(tasks, "headline", "steps")["ratio"],
        "horizons": [run["steps"] for name in TASKS for run in settings["runs"]
                     if run["name"] == name],
        "tanh_ratio": tanh_ratio,
        "tanh_steps": [of.value for of in _comparison(tanh, "headline", "steps")["medians"]],
        "tanh_is_cheaper": tanh_ratio.high < linear_ratio.low,
        "plateau": plateau,
        "closer": PLATEAU,
        "has_plateau": compares_tanh and compares and np.isfinite(tanh_ratio.value)
        and np.isfinite(linear_ratio.value) and all(np.isfinite(p["gaussian"]) for p in plateau),
        "law": _law(scaling_runs(runs, "uniform"), step_seconds, settings),
        "folded_law": _folded_law(runs, times[times.output == "fold"]),
        **_over_noise(runs),
    }  # fmt: skip


def _comparison(pair: list[pd.DataFrame], reading: str, cost: str) -> dict:
    """The median costs of the runs of two tasks by one reading, how many were reached, and the
    ratio of the second to the first."""
    of_tasks = [arrivals(runs, reading, cost) for runs in pair]
    return {
        "cost": cost,
        "medians": [median_interval(*of_task) for of_task in of_tasks],
        "reached": [int(is_reached.sum()) for _, is_reached in of_tasks],
        "n": [len(is_reached) for _, is_reached in of_tasks],
        "ratio": ratio_interval(*reversed(of_tasks)),
    }


def _seconds(pair: list[pd.DataFrame], step_seconds: pd.DataFrame) -> dict:
    """The same by the headline in CPU seconds: steps times the time of a step. step_seconds: one
    row per timing job, one column per dimension."""
    of_tasks = [arrivals(runs, "headline", "steps") for runs in pair]
    times = [step_seconds[runs.dim.iloc[0]] for runs in pair]
    return {
        "medians": [seconds_interval(*both) for both in zip(of_tasks, times, strict=True)],
        "ratio": seconds_ratio_interval(*reversed(of_tasks), *reversed(times)),
        "milliseconds": [1e3 * time.median() for time in times],
    }


def _plateau(rows: pd.DataFrame, uniformity: pd.DataFrame, runs: pd.DataFrame) -> dict:
    """How long the median of some runs remains about as far from the truth as a Gaussian of the
    same covariance: `gaussian` in percent, `steps` until the headline is below `PLATEAU` of it,
    and the `share` in percent of the steps to the required accuracy."""
    if not len(runs):
        return {"gaussian": np.nan, "steps": np.nan, "share": np.nan}
    one = runs.iloc[0]
    known = uniformity[(uniformity.variant == "gaussian") & (uniformity.split == "headline")]
    gaussian = known[(known.metric == "value") & (known.dim == one.dim)].value.max()
    along = rows[(rows.variant == one.variant) & (rows.noise_dim == one.noise_dim)]
    along = along[(along.metric == "headline") & along.split.isin(("averaged", "between"))]
    last = along.step.max()
    below = along[along.value < PLATEAU * gaussian].groupby("seed").step.min()
    steps = below.reindex(runs.seed).fillna(last).median()
    return {
        "gaussian": 100 * gaussian,
        "steps": steps,
        "share": 100 * steps / median_cost(*arrivals(runs, "headline", "steps")),
    }


def _law(runs: pd.DataFrame, step_seconds: dict[str, pd.DataFrame], settings: dict) -> dict:
    """How the cost grows with the dimension: one row per dimension, and what a power law that is
    fitted to all dimensions but the largest one predicts for that one."""
    dims = []
    for dim, group in runs.groupby("dim"):
        steps = median_cost(*arrivals(group, "headline", "steps"))
        is_reached = np.isfinite(steps)
        steps = steps if is_reached else group.steps.max()
        flop = group.flops_per_step.median()
        dims.append(
            {
                "dim": dim,
                "n": len(group),
                "reached": int(group.reached.sum()),
                "is_reached": is_reached,
                "steps": steps,
                "mflop": flop / 1e6,
                "gflop": steps * flop / 1e9,
                **{kind: 1e3 * times[dim].median() for kind, times in step_seconds.items()},
                "seconds": steps * step_seconds["together"][dim].median(),
            }
        )
    law, steps_law = (scaling_law(runs, cost) or UNFITTED for cost in ("gflop", "steps"))
    predicted, measured = (
        law.predicted,
        dims[-1] if dims else {"gflop": np.nan, "is_reached": False},
    )
    names = {run["name"]: run for run in settings["runs"]}
    largest = names.get(f"uniform{runs.dim.max():.0f}", {})
    return {
        "dims": dims,
        "is_fitted": law is not UNFITTED,
        "exponents": [law.exponent, steps_law.exponent],
        "predicted": predicted,
        "factor": measured["gflop"] / predicted.value,
        "is_less": measured["gflop"] < predicted.value,
        # A run that did not arrive is known to cost more than it did.
        "holds": measured["gflop"] <= predicted.high
        and not (measured["is_reached"] and measured["gflop"] < predicted.low),
        "has_own_recipe": recipe_of(settings, largest) != settings["recipe"],
    }


def _folded_law(runs: pd.DataFrame, times: pd.DataFrame) -> dict | None:
    """How the cost of a folded output grows with the dimension, by the headline and by the total
    variation, with the power law of each; None without such runs.

    times: the CPU seconds of a step, of runs together and alone.
    """
    runs = scaling_runs(runs, "fold")
    if not len(runs):
        return None
    seconds = times[times.variant == "together"].groupby("dim").value.median()
    laws = {}
    for reading in ("headline", "total_variation"):
        law = scaling_law(runs, "gflop", reading) or UNFITTED
        steps_law = scaling_law(runs, "steps", reading) or UNFITTED
        dims = []
        for dim, group in runs.groupby("dim"):
            steps, gflop = (
                median_cost(*arrivals(group, reading, cost)) for cost in ("steps", "gflop")
            )
            is_reached = arrivals(group, reading, "steps")[1]
            dims.append(
                {
                    "dim": dim,
                    "n": len(group),
                    "reached": int(is_reached.sum()),
                    "steps": steps,
                    "gflop": gflop,
                    "seconds": steps * seconds.get(dim, np.nan),
                    "classifier": 100 * group.classifier_accuracy.mean(),
                    "headline": 100 * group.headline.median(),
                }
            )
        measured = dims[-1]["gflop"]
        laws[reading] = {
            "dims": dims,
            "is_fitted": law is not UNFITTED and np.isfinite(measured),
            "exponents": [law.exponent, steps_law.exponent],
            "predicted": law.predicted,
            "measured": measured,
            "holds": law.predicted.low <= measured <= law.predicted.high,
        }
    return laws


def _over_noise(runs: pd.DataFrame) -> dict:
    """What more noise dimensions than coordinates cost, in FLOP, and how accurate they are."""
    noise = []
    for run in TASKS:
        of_task = runs[(runs.variant == run) & (runs.noise_dim >= runs.dim)]
        equal = of_task[of_task.noise_dim == of_task.dim]
        for noise_dim, group in of_task.groupby("noise_dim") if len(equal) else ():
            more = noise_dim > group.dim.iloc[0]
            noise.append(
                {
                    "dim": group.dim.iloc[0],
                    "noise_dim": noise_dim,
                    "n": len(group),
                    "stays": int(group.stays.sum()),
                    "gflop": median_interval(*arrivals(group, "headline", "gflop")),
                    "ratio": paired_ratio_interval(group, equal) if more else None,
                    "headline": 100 * group.headline.median(),
                    "outside": 100 * group.outside_share.median(),
                }
            )
    ratios = [row["ratio"] for row in noise if row["ratio"] is not None]
    return {
        "noise": noise,
        "compares_noise": bool(ratios),
        "noise_is_dearer": any(ratio.low > 1 for ratio in ratios),
    }


def _usual(rows: pd.DataFrame, speed: pd.DataFrame, standard: list[dict]) -> dict:
    """The usual recipe, and its CPU seconds to the required accuracy as a multiple of those of our
    runs, which step together, with a linear and with a folded output.

    The steps of the usual recipe are those of its one recorded run, which depend on no processor.
    The times of a step of all are measured in the same jobs.

    standard: the tables of the usual recipe; there may be none.
    """
    runs = runs_table(rows)
    times = speed[speed.metric == "cpu_seconds_per_step"].pivot(
        index="repetition", columns=["dim", "output", "variant"], values="value"
    )
    found = []
    for table in standard:
        usual = standard_run(read_table(table["path"]).to_pandas())
        dim = usual.dim
        seconds = times.get((dim, "linear", "usual"))
        if seconds is None:
            continue
        ours = {}
        for kind, output in (("uniform", "linear"), ("fold", "fold")):
            group = runs[(runs.variant == f"{kind}{dim:.0f}") & (runs.noise_dim == dim)]
            together = times.get((dim, output, "together"))
            if len(group) and together is not None:
                of_runs = arrivals(group, "headline", "steps")
                ours[output] = {
                    "seconds": seconds_interval(of_runs, together),
                    "ratio": usual_ratio_interval(usual.steps, seconds, of_runs, together),
                }
        found.append(
            {
                "dim": dim,
                "steps": usual.steps,
                "reached": bool(usual.reached),
                "seconds": usual.steps * seconds.median(),
                "percent": 100 * usual.headline,
                "ours": ours,
            }
        )
    return {"recipe": STANDARD, "runs": found}


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
    joint = joint_distribution(with_enough) if len(with_enough) else None
    return {
        "dim": dim,
        "table": table,
        "panel": panel_over_noise(of_task, floors),
        "joint": joint,
        "joint_differs": joint is not None and joint_differs(joint),
        "floor": _band(floors[(floors.variant == "floor") & (floors.dim == dim)].value),
        "enough": enough,
        "all_stay": 0 < enough["n"] == enough["stays"],
        "share": share_by_seed(with_enough, "reached"),
        "half_reach": np.isfinite(enough["gflop"].value),
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


def _summary(runs: pd.DataFrame) -> dict:
    """How many runs become accurate and remain so, what it costs, and medians at their end."""
    headlines = 100 * runs.headline
    return {
        "n": len(runs),
        "reached": int(runs.reached.sum()),
        "stays": int(runs.stays.sum()),
        "gflop": median_interval(runs.gflop, runs.reached),
        "headline": headlines.median(),
        "range": [headlines.min(), headlines.max()],
        "raw": 100 * runs.raw_headline.median(),
        "classifier": 100 * runs.classifier_accuracy.median(),
        "outside": 100 * runs.outside_share.median(),
        "norm": 100 * runs.norm_distance.median(),
        "intrinsic_dimension": runs.intrinsic_dimension.median(),
    }


def _band(values: pd.Series) -> Estimate:
    """The median and the 95 % band of `values`, in percent."""
    low, high = 100 * values.quantile([0.025, 0.975])
    return Estimate(100 * values.median(), low, high, len(values))


def _speed(rows: pd.DataFrame) -> list[dict]:
    """Milliseconds of a step in closed form, together and alone, and by automatic differentiation:
    medians over the timing jobs. Ratios are those within a job: the median and the extremes."""
    times = rows[(rows.metric == "cpu_seconds_per_step") & (rows.output == "linear")]
    times = times.pivot(index=["dim", "repetition"], columns="variant", values="value")
    differences = rows[rows.metric == "gradient_difference"].groupby("dim").value.max()
    speed = []
    for dim, group in times.groupby("dim"):
        ratios = {name: group.autograd / group[name] for name in ("together", "alone")}
        speed.append(
            {
                "dim": dim,
                **(1e3 * group.median()).to_dict(),
                "ratios": {name: each.median() for name, each in ratios.items()},
                "ranges": {name: [each.min(), each.max()] for name, each in ratios.items()},
                "difference": differences[dim],
            }
        )
    return speed
