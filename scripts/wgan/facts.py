"""What the report says about WGAN-GP and uniformity, tasks 6 to 8."""

import numpy as np
import pandas as pd

from dlse.results.claims import select, unseen_wrongs
from dlse.results.estimates import Estimate
from dlse.results.formatting import counted, interval, interval_of, listed, number, significant
from dlse.results.names import MEASURE_NAMES
from dlse.results.tuning import WGAN_FROM
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
from dlse.studies.wgan.standard import STANDARD

TASKS = {"uniform5": "task6", "uniform20": "task7"}
VARIANTS = {
    "uniform": "one-sided penalty, linear output",
    "two_sided": "two-sided penalty",
    "bounded": "tanh at the output",
}


def uniformity_facts(rows: pd.DataFrame) -> dict:
    """The measure: its noise, and what it sees."""
    table = []
    for wrong, about in KNOWN_WRONGS.items():
        sees = rows[(rows.variant == wrong) & (rows.metric == "sees") & (rows.value == 1)]
        table.append(
            {
                "name": about.description,
                "seen": [_dims(sees[sees.split == name].dim) for name in MEASURE_NAMES],
            }
        )
    floors = []
    for dim, group in rows[rows.variant == "floor"].groupby("dim"):
        pairs = rows[(rows.variant == "two_sample_floor") & (rows.dim == dim)]
        floors.append({"dim": int(dim), **_band("one", group.value), **_band("two", pairs.value)})
    true = rows[(rows.variant == "true") & (rows.metric == "value")]
    unseen = unseen_wrongs(rows)
    headlines = rows[(rows.split == "headline") & (rows.metric == "value")]
    passing = headlines[headlines.variant.isin(KNOWN_WRONGS) & (headlines.value < ACCURACY)]
    return {
        "measures": list(MEASURE_NAMES.values()),
        "wrongs": table,
        "n_wrongs": len(table),
        "true": [
            {"dim": int(dim), "values": [significant(values[name], 3) for name in MEASURE_NAMES]}
            for dim, values in (
                (dim, group.set_index("split").value) for dim, group in true.groupby("dim")
            )
        ],
        "dims": " and ".join(f"{dim:.0f}" for dim in sorted(true.dim.unique())),
        "floors": floors,
        "random_directions": RANDOM_DIRECTIONS,
        "confidence": f"{100 * CONFIDENCE:g}",
        "samples": f"{int(rows.samples.max()):,}",
        "repeats": int((rows.variant == "floor").sum() / max(1, len(floors))),
        "panel_blind": bool(unseen is None or unseen.value > 0),
        "n_unseen": int(unseen.value) if unseen else 0,
        "n_must": unseen.n if unseen else 0,
        "has_passing": bool(len(passing)),
        "passing": "; ".join(
            f"{KNOWN_WRONGS[row.variant].description} in {row.dim:.0f} dimensions "
            f"({number(100 * row.value, 1)} %)"
            for row in passing.itertuples()
        ),
    }


def wgan_facts(
    rows: pd.DataFrame, speed: pd.DataFrame, floors: pd.DataFrame, settings: dict
) -> dict:
    """Tasks 6 and 7: how accurate, from which noise; `settings` is the config's section."""
    runs = runs_table(rows)
    recipes = {run["name"]: _recipe(settings, run) for run in settings["runs"]}
    equal = set(runs[runs.noise_dim == runs.dim].variant)
    variants = []
    for dim in (5, 20):
        kinds = [kind for kind in VARIANTS if f"{kind}{dim}" in equal]
        if len(kinds) > 1:  # else there is nothing to compare
            variants += [_variant(runs, VARIANTS[kind], f"{kind}{dim}") for kind in kinds]
    return {
        **{
            task: {**_task(runs, run, floors), "recipe": recipes[run],
                   "steps": next(of["steps"] for of in settings["runs"] if of["name"] == run)}
            for run, task in TASKS.items()
        },
        "tuned_from": WGAN_FROM,
        "same_recipe": recipes["uniform5"] == recipes["uniform20"],
        "critic": counted(len(recipes["uniform5"]["critic_widths"]), "layer"),
        "generator": counted(len(recipes["uniform5"]["generator_widths"]), "layer"),
        "one_critic_layer": len(recipes["uniform5"]["critic_widths"]) == 1,
        "critic_steps": counted(settings["recipe"]["critic_steps"], "critic step"),
        "variants": variants,
        "speed": [
            {
                "dim": int(dim),
                "closed": number(1000 * _one(group, "cpu_seconds_per_step", "closed_form"), 1),
                "autograd": number(1000 * _one(group, "cpu_seconds_per_step", "autograd"), 1),
                "ratio": number(_one(group, "ratio", "autograd"), 1),
                "range": interval_of(
                    _one(group, "smallest_ratio", "autograd"),
                    _one(group, "largest_ratio", "autograd"), 1,
                ),
                "difference": significant(
                    group[group.metric == "gradient_difference"].value.max(), 1
                ),
            }
            for dim, group in speed.groupby("dim")
        ],
        "members": int(speed.members.max()),
        "seconds": number(rows[rows.metric == "job_cpu_seconds"].value.sum(), 0),
    }  # fmt: skip


def _recipe(settings: dict, run: dict) -> dict:
    """The recipe of one run: the shared one, and what the run has of its own."""
    own = {name: run[name] for name in settings["recipe"] if run.get(name) is not None}
    return {**settings["recipe"], **own}


def wgan_cost_facts(
    rows: pd.DataFrame, standard: list[pd.DataFrame], standard_cpu: str | None
) -> dict:
    """Task 8: what 5 % accuracy costs; `standard`, of the usual recipe, was measured on
    `standard_cpu`, and may be empty."""
    runs = runs_table(rows)
    full = scaling_runs(runs)
    both = {run: full[full.variant == run] for run in TASKS}
    low, high = both.values()
    quantities = []
    for name, unit, factor, digits in (
        ("generator steps", 1, lambda r: 1.0, 0),
        ("critic steps", 1, lambda r: r.critic_steps_per_step, 0),
        ("GFLOP", 1e9, lambda r: r.flops_per_step, 0),
    ):
        costs = [(r.steps * factor(r) / unit, r.reached) for r in (low, high)]
        quantities.append(_quantity(name, *costs, digits))
    costs = [(r.cpu_seconds, r.reached) for r in (low, high)]
    quantities.append(_quantity("CPU seconds", *costs, 2))
    per_step = [1e3 * (r.cpu_seconds / r.steps).median() for r in (low, high)]
    memory = [r.memory.median() / 2**20 for r in (low, high)]
    reached = full[full.reached == 1]
    powers = {
        name: exponent(reached.dim, values)
        for name, values in (
            ("cpu", reached.cpu_seconds),
            ("steps", reached.steps),
            ("step_cost", reached.cpu_seconds / reached.steps),
        )
    }
    ratio = ratio_interval(*reversed(costs))
    noise = {
        task: _over_noise(runs[(runs.variant == run) & (runs.noise_dim >= runs.dim)])
        for run, task in TASKS.items()
    }
    spreads = [spread for _, spread in noise.values() if not np.isnan(spread)]
    ours = {
        int(dim): median_cost(group.cpu_seconds, group.reached)
        for dim, group in pd.concat([low, high]).groupby("dim")
    }
    usual = [standard_run(table) for table in standard]
    table = [
        {
            "dim": int(run.dim),
            "steps": f"{int(run.steps):,}",
            "reached": bool(run.reached),
            "seconds": number(run.cpu_seconds, 0),
            "headline": number(100 * run.headline, 1),
            "ratio": number(run.cpu_seconds / ours[int(run.dim)], 0)
            if ours.get(int(run.dim), np.inf) < np.inf
            else "–",
        }
        for run in usual
    ]
    return {
        "compares": bool(len(low) and len(high)),
        "quantities": quantities,
        "step_milliseconds": [number(value, 2) for value in per_step],
        "memory": [number(value, 1) for value in memory],
        "has_ratio": bool(np.isfinite(ratio.value)),
        "ratio": number(ratio.value, 1),
        "ratio_interval": _interval(ratio, 1),
        "steps_ratio": number(high.steps.median() / low.steps.median(), 1),
        "step_cost_ratio": number(per_step[1] / per_step[0], 1),
        "steps_drive": bool(high.steps.median() / low.steps.median() > per_step[1] / per_step[0]),
        "scaling": [
            {
                "dim": int(dim),
                "n": len(group),
                "reached": int(group.reached.sum()),
                "steps": number(group.steps.median(), 0),
                "seconds": number(group.cpu_seconds.median(), 2),
                "mflop": number(group.flops_per_step.median() / 1e6, 0),
            }
            for dim, group in full.groupby("dim")
        ],
        **{f"{name}_exponent": number(power.value, 2) for name, power in powers.items()},
        **{f"{name}_exponent_interval": interval(p, 2) for name, p in powers.items()},
        "n_dims": powers["cpu"].n,
        "has_exponent": powers["cpu"].n > 1,
        "noise": {task: text for task, (text, _) in noise.items()},
        "compares_noise": bool(spreads),
        "noise_is_cheap": all(spread < 1.5 for spread in spreads),
        "usual": _usual(),
        "standard": table,
        "standard_cpu": standard_cpu,
        "n_censored": int((low.reached == 0).sum() + (high.reached == 0).sum()),
    }  # fmt: skip


def _usual() -> str:
    """The usual recipe in words."""
    critic, made = STANDARD["critic_widths"], STANDARD["generator_widths"]
    units = STANDARD["generator_activation"]
    if critic == made and len(set(critic)) == 1:
        networks = f"critic and generator with {counted(len(critic), 'layer')} of {critic[0]}"
    else:
        networks = f"critic with layers of {listed(critic)}, generator of {listed(made)}"
    sides = "one" if STANDARD["one_sided"] else "two"
    return (
        f"{networks} {units}s, {sides}-sided penalty with λ = {STANDARD['penalty']:g}, Adam with "
        f"rates of {listed(STANDARD['learning_rates'])} and β = ({listed(STANDARD['betas'])}), "
        f"{counted(STANDARD['critic_steps'], 'critic step')}, batches of {STANDARD['batch_size']}"
    )


def _task(runs: pd.DataFrame, run: str, floors: pd.DataFrame) -> dict:
    of_task = runs[runs.variant == run]
    dim = int(of_task.dim.iloc[0])
    enough = of_task[of_task.noise_dim >= dim]
    below = of_task[of_task.noise_dim < dim]
    floor = floors[(floors.variant == "floor") & (floors.dim == dim)].value
    cost = median_interval(enough.cpu_seconds, enough.reached)
    table, measures = [], []
    for noise_dim, group in of_task.groupby("noise_dim"):
        row_cost = median_interval(group.cpu_seconds, group.reached)
        table.append(
            {
                "noise_dim": int(noise_dim),
                "n": len(group),
                "reached": int(group.reached.sum()),
                "stays": int(group.stays.sum()),
                "seconds": _cost(row_cost.value, 2),
                "headline": number(100 * group.headline.median(), 1),
                "range": interval_of(100 * group.headline.min(), 100 * group.headline.max(), 1),
                "raw": number(100 * group.raw_headline.median(), 1),
            }
        )
        measures.append(
            {
                "noise_dim": int(noise_dim),
                "values": [significant(group[name].median(), 3) for name in MEASURE_NAMES],
            }
        )
    least = of_task[of_task.noise_dim == of_task.noise_dim.min()]
    most_below = below[below.noise_dim == below.noise_dim.max()]
    equal = of_task[of_task.noise_dim == dim]
    return {
        "dim": dim,
        "n": len(enough),
        "has_enough": bool(len(enough)),
        "all_stay": bool(len(enough) and enough.stays.all()),
        "n_stay": int(enough.stays.sum()),
        "n_reached": int(enough.reached.sum()),
        "half_reach": bool(np.isfinite(cost.value)),
        "seconds": _cost(cost.value, 2),
        "seconds_interval": _interval(cost, 2),
        "table": table,
        "panel": measures,
        "floor": number(100 * floor.median(), 1),
        "floor_band": interval_of(*(100 * floor.quantile([0.025, 0.975])), 1),
        "final": number(100 * enough.headline.median(), 1),
        "has_below": bool(len(below)),
        "none_below": bool(len(below) and below.reached.sum() == 0),
        "n_below": len(below),
        "n_below_reached": int(below.reached.sum()),
        "least_noise": int(least.noise_dim.iloc[0]),
        "least_dimension": number(least.intrinsic_dimension.median(), 1),
        "thin": bool(least.intrinsic_dimension.median() < 2 * least.noise_dim.iloc[0] + 0.5),
        "below_noise": int(most_below.noise_dim.iloc[0]) if len(below) else 0,
        "below_headline": number(100 * most_below.headline.median(), 1) if len(below) else "–",
        "below_classifier": number(100 * most_below.classifier_accuracy.median(), 0)
        if len(below) else "–",
        "has_equal": bool(len(equal)),
        "classifier": number(100 * equal.classifier_accuracy.median(), 1),
        "neighbors": number(100 * equal.nearest_neighbor_accuracy.median(), 1),
        "outside": number(100 * equal.outside_share.median(), 1),
    }  # fmt: skip


def _variant(runs: pd.DataFrame, label: str, run: str) -> dict:
    group = runs[(runs.variant == run) & (runs.noise_dim == runs.dim)]
    cost = median_interval(group.cpu_seconds, group.reached)
    return {
        "dim": int(group.dim.iloc[0]),
        "name": label,
        "n": len(group),
        "stays": int(group.stays.sum()),
        "seconds": _cost(cost.value, 2),
        "headline": number(100 * group.headline.median(), 1),
        "raw": number(100 * group.raw_headline.median(), 1),
        "outside": number(100 * group.outside_share.median(), 1),
    }


def _over_noise(runs: pd.DataFrame) -> tuple[str, float]:
    """The median cost by noise dimension, "0.31 (5), …", and the largest by the smallest; NaN
    where there are not two to compare."""
    costs = {
        noise_dim: median_cost(group.cpu_seconds, group.reached)
        for noise_dim, group in runs.groupby("noise_dim")
    }
    text = ", ".join(f"{_cost(cost, 2)} ({noise_dim:.0f})" for noise_dim, cost in costs.items())
    least = min(costs.values(), default=np.inf)
    return text or "–", max(costs.values()) / least if len(costs) > 1 and least < np.inf else np.nan


def _quantity(name: str, low: tuple, high: tuple, digits: int) -> dict:
    medians = [median_interval(*group) for group in (low, high)]
    ratio = ratio_interval(high, low)
    return {
        "name": name,
        "values": [f"{_cost(m.value, digits)} ({_interval(m, digits)})" for m in medians],
        "ratio": f"{_cost(ratio.value, 1)} ({_interval(ratio, 1)})",
    }


def _cost(value: float, digits: int) -> str:
    return "not reached" if np.isinf(value) else number(value, digits)


def _interval(estimate: Estimate, digits: int) -> str:
    if np.isfinite([estimate.low, estimate.high]).all():
        return interval(estimate, digits)
    return "–"


def _band(name: str, values: pd.Series) -> dict:
    low, high = 100 * values.quantile([0.025, 0.975])
    return {name: number(100 * values.median(), 1), f"{name}_band": interval_of(low, high, 1)}


def _dims(dims: pd.Series) -> str:
    return ", ".join(f"{dim:.0f}" for dim in sorted(dims)) or "–"


def _one(group: pd.DataFrame, metric: str, variant: str) -> float:
    return float(select(group, metric=metric, variant=variant).iloc[0])
