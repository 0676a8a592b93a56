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

TEMPLATE = Path(__file__).parents[2] / "report"


def facts(
    metrics: Path, claims: Path, search: Path, predictions: Path, choice: Path,
    standard: list[Path], benchmark: Path | None,
) -> dict:  # fmt: skip
    """Everything that the report reads, ready for JSON. `standard` is empty, and `benchmark` is
    None, where it was neither measured nor recorded."""
    table = read_table(metrics).to_pandas()
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
        "claims": read_table(claims).to_pylist(),
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
    final = rows[rows.step.isna()].set_index("seed")
    networks = pd.DataFrame({
        "accuracy": 100 * final[(final.metric == "accuracy") & (final.split == "test")].value,
        "seconds": final[final.metric == "cpu_seconds"].value,
    })  # fmt: skip
    n_test, n = predictions["index"].nunique(), predictions.seed.nunique()
    by_image = wilson_interval(round(networks.accuracy.mean() / 100 * n_test), n_test)
    curve = 100 * rows[rows.step.notna() & (rows.metric == "accuracy")].pivot_table(
        values="value", index="step", columns="split"
    )
    last = curve.iloc[-1]
    passes = curve.index[curve.test > CNN_ASKED]
    missed = (predictions.label != predictions.predicted).groupby(predictions["index"]).sum()
    # Were the mistakes of the networks independent, this many would be common to all.
    if_independent = n_test * (missed.sum() / n / n_test) ** n
    best = search[search.rung == search.rung.max()].iloc[0]
    names = [name for name in Settings.__dataclass_fields__ if name != "epochs"]
    varied = [name.replace("_", " ") for name in names if search[name].nunique() > 1]
    first_rung = search[search.rung == 0]
    kinds = 100 * first_rung.groupby(first_rung.augmentation > 0).validation_accuracy.max()
    return {
        "n": n,
        "several": n > 1,
        "accuracy": mean_interval(networks.accuracy),
        "image_interval": (100 * by_image.low, 100 * by_image.high),
        "range": (networks.accuracy.min(), networks.accuracy.max()),
        "seeds": networks.reset_index().to_dict("records"),
        "seconds": networks.seconds.mean(),
        "epochs": int(curve.index[-1]),
        "first_accuracy": curve.test.iloc[0],
        "last_accuracy": last.to_dict(),
        "asked": CNN_ASKED,
        "claimed": CNN_CLAIMED,
        "passes_asked": len(passes) > 0,
        "passes_asked_at": int(passes[0]) if len(passes) else None,
        "train_is_better": last.train > last.test,
        "missed": {
            "by_all": (missed == n).sum(),
            "by_any": (missed > 0).sum(),
            "by_all_if_independent": if_independent,
        },
        "mistakes_are_shared": (missed == n).sum() > 10 * if_independent,
        "n_test": n_test,
        "parameters": select(rows, metric="parameters").iloc[0],
        "tflop": select(rows, metric="flops").iloc[0] / 1e12,
        "chosen": best[names].to_dict(),
        "searches": bool(varied),
        "varied": varied,
        "trials": len(search),
        "combinations": len(first_rung),
        "search_seconds": search.cpu_seconds.sum(),
        "validation_accuracy": 100 * best.validation_accuracy,
        "compares_augmentation": len(kinds) == 2,
        "with_augmentation": kinds.get(True),
        "without_augmentation": kinds.get(False),
        "augmentation_wins_early": kinds.get(True, 0) > kinds.get(False, 0),
        "smooths": best.label_smoothing > 0,
        "augmentation_chosen": best.augmentation > 0,
    }


def _reconstruction(rows: pd.DataFrame, settings: dict) -> dict:
    variants = ("pca", "autoencoder")
    shares = {split: autoencoder_shares(rows, split).mean() for split in ("train", "test")}
    table = {
        int(d): {
            "latent_dim": int(d),
            **{
                variant: {split: epsilon(rows, variant, d, split) for split in ("train", "test")}
                for variant in variants
            },
            "share": 100 * share,
            "linear": select(
                rows, variant="linear autoencoder", metric="epsilon", latent_dim=d
            ).mean(),
            "angle": select(rows, metric="largest_principal_angle", latent_dim=d).mean(),
        }
        for d, share in shares["test"].items()
    }
    dims = list(table)
    widest = table[int(shares["test"].idxmin())]
    gap = {}  # of the test error over the training error, in percent
    for variant in variants:
        train, test = (widest[variant][split].value for split in ("train", "test"))
        gap[variant] = 100 * (test / train - 1) if train > 0 else math.nan
    pca_curve = rows[
        (rows.variant == "pca") & (rows.metric == "epsilon") & (rows.split == "test")
    ].groupby("latent_dim").value.mean()  # fmt: skip
    excess = 100 * select(rows, metric="excess_over_pca").max()
    return {
        "table": list(table.values()),
        "test_percent": 100 * settings["reconstruction"]["test_fraction"],
        "n_layers": len(settings["reconstruction"]["autoencoder"]["hidden_widths"]),
        "seeds": rows.seed.nunique(),
        "several_dims": len(dims) > 1,
        "always_below": autoencoder_shares(rows).to_numpy().max() < 1,
        "worse_at": [d for d in dims if table[d]["share"] >= 100],
        "worse_in_training": (shares["train"] >= 1).any(),
        "widest": widest,
        "widest_is_inside": dims[0] < widest["latent_dim"] < dims[-1]
        and (shares["test"] < 1).all(),
        "pca_generalizes": gap["pca"] < 3,
        "pca_dims_for_widest": int((pca_curve <= widest["autoencoder"]["test"].value).idxmax()),
        "gap": gap,
        "ae_gap_is_larger": gap["autoencoder"] > gap["pca"],
        "linear_excess": excess,
        "linear_is_pca": excess <= 1,
        "largest_angle": select(rows, metric="largest_principal_angle").max(),
        "ae_30": epsilon(rows, "autoencoder", 30, "test"),
        "seconds": {
            variant.split()[0]: select(rows, variant=variant, metric="cpu_seconds").sum()
            for variant in (*variants, "linear autoencoder")
        },
        "parameters": select(rows, metric="parameters").mean(),
    }


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
