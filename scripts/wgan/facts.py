"""What the report says about WGAN-GP and uniformity, tasks 6 to 8."""

import numpy as np
import pandas as pd

from dlse.results.claims import select
from dlse.results.estimates import Estimate
from dlse.studies.wgan.claims import unseen_wrongs
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
from dlse.studies.wgan.measure.known_wrongs import KNOWN_WRONGS
from dlse.studies.wgan.measure.sliced_wasserstein import RANDOM_DIRECTIONS
from dlse.studies.wgan.measure.uniformity import CONFIDENCE
from dlse.studies.wgan.names import MEASURE_NAMES
from dlse.studies.wgan.standard import STANDARD
from dlse.workflow.tables import read_table

# Weight seeds from here on were used to find the recipe by hand, before the config froze it. No job
# uses them.
TUNED_FROM = 9000
TASKS = {"uniform5": "task6", "uniform20": "task7"}
VARIANTS = {
    "uniform": "one-sided penalty, linear output",
    "two_sided": "two-sided penalty",
    "bounded": "tanh at the output",
}


def facts(metrics: pd.DataFrame, settings: dict, standard: list[dict]) -> dict:
    """The measure, the accuracy of the generators and its cost; `standard` are the tables of the
    standard recipe, as far as they were measured."""
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
    """The measure: its noise, and what it sees."""
    wrongs = []
    for wrong, about in KNOWN_WRONGS.items():
        sees = rows[(rows.variant == wrong) & (rows.metric == "sees") & (rows.value == 1)]
        seen = [sorted(sees[sees.split == name].dim) for name in MEASURE_NAMES]
        wrongs.append({"name": about.description, "seen": seen})
    floors = []
    for dim, group in rows[rows.variant == "floor"].groupby("dim"):
        pairs = rows[(rows.variant == "two_sample_floor") & (rows.dim == dim)]
        floors.append({"dim": dim, "one": _band(group.value), "two": _band(pairs.value)})
    true = rows[(rows.variant == "true") & (rows.metric == "value")]
    unseen = unseen_wrongs(rows) or Estimate(0, np.nan, np.nan, 0)
    headlines = rows[(rows.split == "headline") & (rows.metric == "value")]
    passing = headlines[headlines.variant.isin(KNOWN_WRONGS) & (headlines.value < ACCURACY)]
    return {
        "measures": list(MEASURE_NAMES.values()),
        "wrongs": wrongs,
        "true": [
            {"dim": dim, "panel": list(group.set_index("split").value[list(MEASURE_NAMES)])}
            for dim, group in true.groupby("dim")
        ],
        "floors": floors,
        "random_directions": RANDOM_DIRECTIONS,
        "confidence": 100 * CONFIDENCE,
        "samples": rows.samples.max(),
        "repeats": (rows.variant == "floor").sum() // max(1, len(floors)),
        "panel_blind": not unseen.n or unseen.value > 0,
        "unseen": unseen,
        "passing": [
            {"name": KNOWN_WRONGS[row.variant].description, "dim": row.dim, "percent":
             100 * row.value}
            for row in passing.itertuples()
        ],
    }  # fmt: skip


def _runs(rows: pd.DataFrame, speed: pd.DataFrame, floors: pd.DataFrame, settings: dict) -> dict:
    """Tasks 6 and 7: how accurate, from which noise; `settings` is the config's section."""
    runs = runs_table(rows)
    recipes = {run["name"]: _recipe(settings, run) for run in settings["runs"]}
    equal = set(runs[runs.noise_dim == runs.dim].variant)
    variants = []
    for dim in (5, 20):
        kinds = [kind for kind in VARIANTS if f"{kind}{dim}" in equal]
        if len(kinds) > 1:  # else there is nothing to compare
            for kind in kinds:
                of = runs[(runs.variant == f"{kind}{dim}") & (runs.noise_dim == dim)]
                variants.append({"dim": dim, "name": VARIANTS[kind], **_summary(of)})
    return {
        **{
            task: {**_task(runs, run, floors), "recipe": recipes[run],
                   "steps": next(of["steps"] for of in settings["runs"] if of["name"] == run)}
            for run, task in TASKS.items()
        },
        "tuned_from": TUNED_FROM,
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
    }  # fmt: skip


def _recipe(settings: dict, run: dict) -> dict:
    """The recipe of one run: the shared one, and what the run has of its own."""
    own = {name: run[name] for name in settings["recipe"] if run.get(name) is not None}
    return {**settings["recipe"], **own}


def _costs(rows: pd.DataFrame, standard: list[pd.DataFrame], standard_cpu: str | None) -> dict:
    """Task 8: what 5 % accuracy costs; `standard`, of the usual recipe, was measured on
    `standard_cpu`, and may be empty."""
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
    ours = {dim: median_cost(of.cpu_seconds, of.reached) for dim, of in full.groupby("dim")}
    ours = pd.Series(ours, dtype=float).replace(np.inf, np.nan)
    usual = [standard_run(table) for table in standard]
    return {
        "compares": bool(len(low) and len(high)),
        "quantities": quantities,
        "step_milliseconds": per_step,
        "memory": [r.memory.median() / 2**20 for r in (low, high)],
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
                "ratio": run.cpu_seconds / ours.get(run.dim, np.nan),
            }
            for run in usual
        ],
        "standard_cpu": standard_cpu,
        "n_censored": (low.reached == 0).sum() + (high.reached == 0).sum(),
    }


def _task(runs: pd.DataFrame, run: str, floors: pd.DataFrame) -> dict:
    of_task = runs[runs.variant == run]
    dim = of_task.dim.iloc[0]
    enough = _summary(of_task[of_task.noise_dim >= dim])
    table = [
        {"noise_dim": noise_dim, **_summary(group)}
        for noise_dim, group in of_task.groupby("noise_dim")
    ]
    below = [row for row in table if row["noise_dim"] < dim]
    return {
        "dim": dim,
        "table": table,
        "floor": _band(floors[(floors.variant == "floor") & (floors.dim == dim)].value),
        "enough": enough,
        "all_stay": 0 < enough["n"] == enough["stays"],
        "half_reach": np.isfinite(enough["seconds"].value),
        "below": {
            "n": sum(row["n"] for row in below),
            "reached": sum(row["reached"] for row in below),
            "none_reach": not any(row["reached"] for row in below),
            "least": below[0],
            "most": below[-1],
            "thin": below[0]["intrinsic_dimension"] < 2 * below[0]["noise_dim"] + 0.5,
        } if below else None,
    }  # fmt: skip


def _summary(runs: pd.DataFrame) -> dict:
    """How many runs reach 5 % and stay there, what it costs, and the medians at their end."""
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
        "neighbors": 100 * runs.nearest_neighbor_accuracy.median(),
        "outside": 100 * runs.outside_share.median(),
        "intrinsic_dimension": runs.intrinsic_dimension.median(),
        "panel": [runs[name].median() for name in MEASURE_NAMES],
    }


def _over_noise(runs: pd.DataFrame) -> dict[int, float]:
    """The median cost by noise dimension."""
    return {
        int(noise_dim): median_cost(group.cpu_seconds, group.reached)
        for noise_dim, group in runs.groupby("noise_dim")
    }


def _band(values: pd.Series) -> Estimate:
    """Median and 95 % band, in percent."""
    low, high = 100 * values.quantile([0.025, 0.975])
    return Estimate(100 * values.median(), low, high, len(values))


def _one(group: pd.DataFrame, metric: str, variant: str) -> float:
    return float(select(group, metric=metric, variant=variant).iloc[0])
