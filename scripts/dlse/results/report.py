"""What the report says in numbers: read from the tables, never typed.

`facts` gathers every number and condition that the texts of `report/*.typ` name.
A condition decides there which of two sentences is printed.
"""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import yaml

from dlse.results.claims import autoencoder_shares, epsilon, select
from dlse.studies.cnn.network import Settings
from dlse.results.formatting import NO_BREAK, counted, interval, interval_of, number, significant
from dlse.results.labels import display_name, is_stand_in
from dlse.studies.mechanical.facts import fields_facts, solver_facts
from dlse.report_small_networks import (
    dying_relu_facts,
    ensemble_facts,
    initialization_facts,
    regularization_facts,
)
from dlse.studies.benchmark.facts import speed_facts
from dlse.studies.wgan.facts import uniformity_facts, wgan_cost_facts, wgan_facts
from dlse.results.estimates import Estimate, mean_interval, wilson_interval
from dlse.workflow.tables import read_table
from dlse.results.thresholds import CNN_ASKED, CNN_CLAIMED
from dlse.results.verdicts import NOT_EVALUATED, NOT_MET

TEMPLATE = Path(__file__).parents[2] / "report"


def facts(
    metrics: Path, claims: Path, search: Path, predictions: Path, choice: Path,
    standard: list[Path], benchmark: Path | None,
) -> dict:  # fmt: skip
    """Everything that the report reads, ready for JSON. `standard` is empty, and `benchmark` is
    None, where it was neither measured nor recorded."""
    table = read_table(metrics).to_pandas()
    judged = read_table(claims).to_pandas()
    cnn = table[table.study == "cnn"]
    reconstruction = table[table.study == "reconstruction"]
    wgan = table[table.study == "wgan"]
    uniformity = table[table.study == "uniformity"]
    provenance = _provenance(metrics)
    dataset = display_name(cnn.dataset.iloc[0])
    return plain({
        "dataset": dataset,
        "is_preview": provenance["settings"]["preview"],
        "is_stand_in": is_stand_in(cnn.dataset.iloc[0]),
        "claims": [_claim(row) for row in judged.to_dict("records")],
        "n_claims": len(judged),
        "not_met": [_claim(row) for row in judged[judged.verdict == NOT_MET].to_dict("records")],
        "n_not_evaluated": int((judged.verdict == NOT_EVALUATED).sum()),
        "cnn": _cnn(cnn, read_table(search).to_pandas(), read_table(predictions).to_pandas()),
        "dying_relu": dying_relu_facts(
            table[table.study == "dying_relu"], provenance["settings"]["dying_relu"]
        ),
        "regularization": regularization_facts(
            table[table.study == "regularization"], read_table(choice).to_pandas()
        ),
        "initialization": initialization_facts(table[table.study == "initialization"]),
        "ensemble": ensemble_facts(table[table.study == "ensemble"]),
        "reconstruction": _reconstruction(reconstruction, provenance["settings"]),
        "mechanical_solver": solver_facts(
            table[table.study == "mechanical_solver"], provenance["settings"]["mechanical"]
        ),
        "mechanical": fields_facts(
            table[table.study == "mechanical"], table[table.study == "bitmaps"], reconstruction
        ),
        "uniformity": uniformity_facts(uniformity),
        "wgan": wgan_facts(
            wgan, table[table.study == "wgan_speed"], uniformity, provenance["settings"]["wgan"]
        ),
        "wgan_cost": wgan_cost_facts(
            wgan,
            [read_table(path).to_pandas() for path in standard],
            _provenance(standard[0])["cpu"] if standard else None,
        ),
        "speed": _speed(benchmark),
        "provenance": provenance,
    })  # fmt: skip


def plain(value):
    """`value` as JSON can hold it: an `Estimate` by its names, NumPy's numbers as Python's, NaN
    as None, what has no end as the text that the report prints."""
    if isinstance(value, Estimate):
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): plain(of) for key, of in value.items()}
    if isinstance(value, list | tuple):
        return [plain(of) for of in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "∞" if value > 0 else "−∞"
    return value


def _speed(benchmark: Path | None) -> dict:
    if benchmark is None:
        return speed_facts(None, None)
    return speed_facts(read_table(benchmark).to_pandas(), _provenance(benchmark)["cpu"])


def _cnn(rows: pd.DataFrame, search: pd.DataFrame, predictions: pd.DataFrame) -> dict:
    accuracy = select(rows, metric="accuracy", split="test")
    by_seed = mean_interval(100 * accuracy)
    n_test = predictions["index"].nunique()
    right = round(accuracy.mean() * n_test)
    by_image = wilson_interval(right, n_test)
    curve = rows[rows.step.notna()]
    steps = curve.pivot_table(values="value", index="step", columns=["metric", "split"])
    last, first = steps.index.max(), steps.index.min()
    missed = (predictions.label != predictions.predicted).groupby(predictions["index"]).sum()
    n = predictions.seed.nunique()
    seconds = mean_interval(select(rows, metric="cpu_seconds"))
    best = search[search.rung == search.rung.max()].iloc[0]
    varied = [
        name
        for name in Settings.__dataclass_fields__
        if name != "epochs" and search[name].nunique() > 1
    ]
    first_rung = search[search.rung == 0]
    asked = CNN_ASKED / 100
    passes = [step for step in steps.index if steps["accuracy", "test"][step] > asked]
    kinds = first_rung.groupby(first_rung.augmentation > 0).validation_accuracy.max()
    return {
        "n": n,
        "several": n > 1,
        "accuracy": number(by_seed.value, 2),
        "interval": interval(by_seed, 2),
        "image_interval": interval_of(100 * by_image.low, 100 * by_image.high, 2),
        "worst": number(100 * accuracy.min(), 2),
        "best": number(100 * accuracy.max(), 2),
        "seeds": [
            {"seed": int(row.seed), "accuracy": number(100 * row.value, 2), "wrong":
             round((1 - row.value) * n_test), "seconds": number(row.seconds, 0)}
            for row in _with_seconds(rows).itertuples()
        ],
        "epochs": int(last),
        "first_accuracy": number(100 * steps["accuracy", "test"][first], 2),
        "last_accuracy": number(100 * steps["accuracy", "test"][last], 2),
        "asked": f"{CNN_ASKED:g}",
        "claimed": f"{CNN_CLAIMED:g}",
        "passes_asked": bool(passes),
        "passes_asked_at": int(passes[0]) if passes else None,
        "train_accuracy": number(100 * steps["accuracy", "train"][last], 2),
        "gap": number(
            100 * (steps["accuracy", "train"][last] - steps["accuracy", "test"][last]), 2
        ),
        "train_is_better": bool(steps["accuracy", "train"][last] > steps["accuracy", "test"][last]),
        "missed_by_all": int((missed == n).sum()),
        "missed_by_any": int((missed > 0).sum()),
        # Were the mistakes of the networks independent, this many would be common to all.
        "missed_by_all_if_independent": significant(n_test * (missed.sum() / n / n_test) ** n, 1),
        "mistakes_are_shared": bool(
            (missed == n).sum() > 10 * n_test * (missed.sum() / n / n_test) ** n
        ),
        "n_test": f"{n_test:,}",
        "parameters": f"{round(select(rows, metric='parameters').iloc[0]):,}",
        "tflop": number(select(rows, metric="flops").iloc[0] / 1e12, 1),
        "seconds": number(seconds.value, 0),
        "chosen": [{"name": name.replace("_", " "), "value": f"{best[name]:g}"} for name in
                   Settings.__dataclass_fields__ if name != "epochs"],
        "searches": bool(varied),
        "varied": [name.replace("_", " ") for name in varied],
        "trials": len(search),
        "combinations": len(first_rung),
        "search_seconds": number(search.cpu_seconds.sum(), 0),
        "validation_accuracy": number(100 * best.validation_accuracy, 2),
        "compares_augmentation": len(kinds) == 2,
        "with_augmentation": number(100 * kinds.get(True, math.nan), 2),
        "without_augmentation": number(100 * kinds.get(False, math.nan), 2),
        "augmentation_wins_early": bool(kinds.get(True, 0) > kinds.get(False, 0)),
        "smooths": bool(best.label_smoothing > 0),
        "augmentation_chosen": bool(best.augmentation > 0),
    }  # fmt: skip


def _with_seconds(rows: pd.DataFrame) -> pd.DataFrame:
    final = rows[rows.step.isna()]
    accuracy = final[(final.metric == "accuracy") & (final.split == "test")]
    seconds = final[final.metric == "cpu_seconds"].rename(columns={"value": "seconds"})
    return accuracy.merge(seconds[["seed", "seconds"]], on="seed").sort_values("seed")


def _reconstruction(rows: pd.DataFrame, settings: dict) -> dict:
    shares = {split: autoencoder_shares(rows, split).mean() for split in ("train", "test")}
    dims = [int(d) for d in shares["test"].index]
    table, gaps = [], {}
    for d in dims:
        found = {
            (variant, split): epsilon(rows, variant, d, split)
            for variant in ("pca", "autoencoder")
            for split in ("train", "test")
        }
        linear = select(rows, variant="linear autoencoder", metric="epsilon", latent_dim=d)
        angle = select(rows, metric="largest_principal_angle", latent_dim=d)
        gaps[d] = {
            variant: 100 * (found[variant, "test"].value / found[variant, "train"].value - 1)
            for variant in ("pca", "autoencoder")
            if found[variant, "train"].value > 0
        }
        table.append(
            {
                "latent_dim": d,
                "pca_train": number(found["pca", "train"].value, 3),
                "pca_test": number(found["pca", "test"].value, 3),
                "ae_train": number(found["autoencoder", "train"].value, 3),
                "ae_test": number(found["autoencoder", "test"].value, 3),
                "ae_interval": interval(found["autoencoder", "test"], 2),
                "share": number(100 * shares["test"][d], 0),
                "linear": number(linear.mean(), 3),
                "angle": significant(angle.mean(), 2),
            }
        )
    widest = int(shares["test"].idxmin())
    small, large = dims[0], dims[-1]
    pca_curve = rows[
        (rows.variant == "pca") & (rows.metric == "epsilon") & (rows.split == "test")
    ].groupby("latent_dim").value.mean()  # fmt: skip
    at_widest = epsilon(rows, "autoencoder", widest, "test").value
    seconds = {
        variant: rows[(rows.variant == variant) & rows.step.isna() & (rows.metric == "cpu_seconds")]
        .value.sum()
        for variant in ("pca", "autoencoder", "linear autoencoder")
    }  # fmt: skip
    parameters = select(rows, metric="parameters")
    excess = 100 * select(rows, metric="excess_over_pca")
    ae_30 = epsilon(rows, "autoencoder", 30, "test")
    generalization = {v: gaps[widest].get(v, math.nan) for v in ("pca", "autoencoder")}
    return {
        "table": table,
        "test_percent": f"{100 * settings['reconstruction']['test_fraction']:g}",
        "layers": counted(
            len(settings["reconstruction"]["autoencoder"]["hidden_widths"]), "hidden layer"
        ),
        "seeds": int(rows.seed.nunique()),
        "several_dims": len(dims) > 1,
        "always_below": bool(autoencoder_shares(rows).to_numpy().max() < 1),
        "worse_at": [str(d) for d in dims if shares["test"][d] >= 1],
        "worse_in_training": bool((shares["train"] >= 1).any()),
        "widest": widest,
        "widest_share": number(100 * shares["test"][widest], 0),
        "small": small,
        "small_share": number(100 * shares["test"][small], 0),
        "large": large,
        "large_share": number(100 * shares["test"][large], 0),
        "widest_is_inside": small < widest < large and bool((shares["test"] < 1).all()),
        "pca_generalizes": generalization["pca"] < 3,
        "pca_dims_for_widest": int((pca_curve <= at_widest).idxmax()),
        "widest_error": number(at_widest, 2),
        "pca_gap": _above(generalization["pca"]),
        "ae_gap": _above(generalization["autoencoder"]),
        "ae_gap_is_larger": bool(generalization["autoencoder"] > generalization["pca"]),
        "linear_excess": significant(excess.max(), 2),
        "linear_is_pca": bool(excess.max() <= 1),
        "largest_angle": significant(select(rows, metric="largest_principal_angle").max(), 2),
        "has_30": ae_30 is not None,
        "ae_30": number(ae_30.value, 2) if ae_30 else None,
        "ae_30_interval": interval(ae_30, 2) if ae_30 else None,
        "ae_seconds": number(seconds["autoencoder"], 0),
        "ae_seconds_each": number(
            seconds["autoencoder"] / max(1, len(dims) * rows.seed.nunique()), 0
        ),
        "linear_seconds": number(seconds["linear autoencoder"], 0),
        "pca_seconds": number(seconds["pca"], 1),
        "parameters": number(parameters.mean() / 1e6, 2) if len(parameters) else None,
    }


def _above(percent: float) -> str:
    """ "0.8 % above" or, of a negative one, "0.8 % below"."""
    side = "below" if percent < 0 else "above"
    return f"{number(abs(percent), 1)}{NO_BREAK}% {side}"


def _provenance(metrics: Path) -> dict:
    stored = {k.decode(): v.decode() for k, v in pq.read_schema(metrics).metadata.items()}
    packages, settings = (json.loads(stored[name]) for name in ("packages", "settings"))
    return {
        "workflow_version": stored["workflow_version"],
        "python": stored["python"],
        "packages": list(packages.items()),
        "cpu": stored["cpu"],
        "settings": settings,
        "config": yaml.safe_dump(
            _without_none(settings), default_flow_style=None, allow_unicode=True, width=50
        ),
    }


def _without_none(value, of_list: bool = False):
    """`value` without what the entries of its lists leave to other keys. Elsewhere null says
    something: that a method is left out, or that gradients are not clipped."""
    if isinstance(value, dict):
        return {
            key: _without_none(of) for key, of in value.items() if of is not None or not of_list
        }
    return [_without_none(of, True) for of in value] if isinstance(value, list) else value


def _claim(row: dict) -> dict:
    known = row["n"] > 0
    has_interval = known and not math.isnan(row["ci_low"])
    unit = "" if row["unit"] == "1" else f"{NO_BREAK}{row['unit']}"
    return {
        "task": row["task"],
        "statement": row["statement"],
        "threshold": f"{row['relation']} {row['threshold']:g}{unit}",
        "estimate": f"{_measured(row['estimate'])}{unit}" if known else "–",
        "interval": f"{_measured(row['ci_low'])}{NO_BREAK}to{NO_BREAK}{_measured(row['ci_high'])}"
        if has_interval
        else "–",
        "n": f"{row['n']:,}" if known else "–",
        "verdict": row["verdict"],
    }


def _measured(value: float) -> str:
    """Two decimals, or two digits where these would hide a small value."""
    return number(value, 2) if value >= 0.1 or value == 0 else significant(value, 2)
