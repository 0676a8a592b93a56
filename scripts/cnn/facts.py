"""What the report says about task 1."""

import numpy as np
import pandas as pd

from dlse.results.claims import MNIST, final_values
from dlse.results.estimates import NORMAL_QUANTILE, Estimate, mean_interval, wilson_interval
from dlse.results.rows import rows_of
from dlse.studies.cnn.claims import ASKED, PUBLISHED, long_accuracy, over_images
from dlse.studies.cnn.mistakes import accuracy_difference, expected_counts, shared_share
from dlse.studies.cnn.network import Settings
from dlse.workflow.tables import read_settings, read_table


def facts(metrics: str, settings: dict, search: str, predictions: str, long: dict) -> dict:
    """The final networks, the trials and the choice of the search, the mistakes, and the long
    trainings.

    metrics: the table of all studies. search, predictions: tables of this study. long: the table of
        the long trainings that `shown_table` found.
    """
    rows = rows_of(metrics, "cnn")
    search, predictions = (read_table(path).to_pandas() for path in (search, predictions))
    trials = search[search.without == ""]
    networks = rows[rows.step.isna() & rows.seed.notna()].set_index("seed")
    accuracy = 100 * networks[(networks.metric == "accuracy") & (networks.split == "test")].value
    seconds = networks[networks.metric == "cpu_seconds"].value
    n_test, n = predictions["index"].nunique(), predictions.seed.nunique()
    by_image = wilson_interval(round(accuracy.mean() / 100 * n_test), n_test)
    curve = 100 * rows[rows.step.notna() & (rows.metric == "accuracy")].pivot_table(
        values="value", index="step", columns="split"
    )
    passes = curve.index[curve.test > ASKED]
    last = trials[trials.rung == trials.rung.max()]
    best = last.iloc[0]
    names = [name for name in Settings.__dataclass_fields__ if name != "epochs"]
    varied = [name for name in names if trials[name].nunique() > 1]
    leads = [_difference(best, other) for other in last.iloc[1:].itertuples()]
    return {
        "n": n,
        "several": n > 1,
        "accuracy": mean_interval(accuracy),
        "image_interval": (100 * by_image.low, 100 * by_image.high),
        "range": (accuracy.min(), accuracy.max()),
        "seeds": [
            {"seed": seed, "accuracy": accuracy[seed], "seconds": seconds[seed]}
            for seed in accuracy.index
        ],
        "seconds": seconds.mean(),
        "epochs": int(curve.index[-1]),
        "first_accuracy": curve.test.iloc[0],
        "last_accuracy": curve.iloc[-1].to_dict(),
        "asked": ASKED,
        "published": PUBLISHED,
        "passes_asked": len(passes) > 0,
        "passes_asked_at": int(passes[0]) if len(passes) else None,
        "gap": _gap(curve.iloc[-1], rows),
        "mistakes": _mistakes(predictions, n) if n > 1 else None,
        "missed_by_any": predictions[predictions.label != predictions.predicted]["index"].nunique(),
        "n_test": n_test,
        "parameters": final_values(rows, metric="parameters").iloc[0],
        "tflop": final_values(rows, metric="flops").iloc[0] / 1e12,
        "chosen": best[names].to_dict(),
        "searches": bool(varied),
        "varied": [name.replace("_", " ") for name in varied],
        "by_hand": [name.replace("_", " ") for name in names if name not in varied],
        "trials": len(trials),
        "networks_searched": int(trials.missed.map(len).sum()),
        "combinations": len(trials[trials.rung == 0]),
        "search_seconds": search.cpu_seconds.sum(),
        "validation_images": best.validation_images,
        "last_rung": {
            "images": best.train_images,
            "epochs": best.epochs,
            "seeds": len(best.missed),
            "accuracy": 100 * best.validation_accuracy,
            "trials": len(last),
            "lead": leads[0] if leads else None,
            "not_separated": sum(not lead.low > 0 for lead in leads),
        },
        "augmentation_pairs": _augmentation_pairs(trials[trials.rung == 0], varied),
        "ablation": _ablation(rows),
        "smooths": best.label_smoothing > 0,
        "augmentation_chosen": best.augmentation > 0,
        "long": _long(rows_of(metrics, "cnn_long"), long),
    }


def _long(rows: pd.DataFrame, table: dict) -> dict | None:
    """The long trainings, with the recipe and the processor from their `table`; None if there are
    none of the data set of this run."""
    if not len(rows):
        return None
    recipe = read_settings(table["path"])
    recipe.pop("device", None)  # tables of earlier versions do not name it
    single = long_accuracy(rows, "cnn")
    together = over_images(rows, "accuracy", "together")
    by_seed = rows[rows.metric == "accuracy"].pivot_table(
        values="value", index="seed", columns="variant"
    )
    return {
        "single": single,
        "shifted": long_accuracy(rows, "shifted"),
        "together": together,
        "together_shifted": over_images(rows, "accuracy", "together, shifted"),
        "shifts_gain": mean_interval(100 * (by_seed.shifted - by_seed.cnn)),
        "together_is_better": together.value > single.value,
        "reaches_published": single.value >= PUBLISHED if set(rows.dataset) == set(MNIST) else None,
        "seconds": final_values(rows, metric="cpu_seconds").mean(),
        "cpu": read_table(table["path"]).schema.metadata[b"cpu"].decode(),
        "precision": recipe.pop("precision").removeprefix("torch."),
        "recipe": recipe,
    }


def _points(estimate: Estimate) -> Estimate:
    """An estimate of fractions, in percentage points."""
    value, low, high, n = estimate
    return Estimate(100 * value, 100 * low, 100 * high, n)


def _difference(trial, other) -> Estimate:
    """The lead of one trial in validation accuracy, in percentage points."""
    n = trial.validation_images
    return _points(accuracy_difference(trial.missed, other.missed, n))


def _gap(accuracy: pd.Series, rows: pd.DataFrame) -> Estimate:
    """The accuracy on training images less that on test images, in percentage points, with the
    normal interval over images."""
    n = {
        split: final_values(rows, metric="images", split=split).iloc[0] for split in accuracy.index
    }
    variance = sum(accuracy[split] * (100 - accuracy[split]) / n[split] for split in n)
    gap, half = accuracy.train - accuracy.test, NORMAL_QUANTILE * np.sqrt(variance)
    return Estimate(gap, gap - half, gap + half, int(min(n.values())))


def _mistakes(predictions: pd.DataFrame, networks: int) -> dict:
    """How many mistakes the networks share, and how many a model of difficulty expects."""
    wrong = predictions.label != predictions.predicted
    missed_by = wrong.groupby(predictions["index"]).sum().to_numpy().astype(int)
    found = np.bincount(missed_by, minlength=networks + 1)
    expected = expected_counts(missed_by, networks) if missed_by.any() else 0.0 * found
    apart = np.abs(found - expected) > NORMAL_QUANTILE * np.sqrt(expected)
    return {
        "per_network": missed_by.sum() / networks,
        "by_all": found[networks],
        "by_one": found[1],
        "shared": _points(shared_share(missed_by, networks)),
        "error_rate": 100 * missed_by.mean() / networks,
        "expected_by_all": expected[networks],
        "expected_by_one": expected[1],
        # Two networks leave the model no freedom to be wrong.
        "as_expected": not (apart[networks] or apart[1]) if networks > 2 else None,
    }


def _augmentation_pairs(rung: pd.DataFrame, varied: list[str]) -> dict | None:
    """The gain by augmentation over all pairs of trials of a rung that differ in nothing else, in
    percentage points; None if there are none."""
    rung = rung.assign(augmented=rung.augmentation > 0)
    others = [name for name in varied if name != "augmentation"]
    groups = [group for _, group in rung.groupby(others)] if others else [rung]
    pairs = [
        [group[group.augmented == is_augmented].iloc[0].missed for is_augmented in (True, False)]
        for group in groups
        if group.augmented.nunique() == 2
    ]
    if not pairs:
        return None
    sides = [[missed for side in zipped for missed in side] for zipped in zip(*pairs, strict=True)]
    n = rung.validation_images.iloc[0]
    return {"n": len(pairs), "gain": _points(accuracy_difference(*sides, n))}


def _ablation(rows: pd.DataFrame) -> list[dict]:
    """What the chosen recipe loses in validation accuracy without each of its ingredients."""
    found = rows[rows.split == "validation"].pivot_table(
        index="variant", columns="metric", values="value", sort=False
    )
    return [
        {
            "without": variant.removeprefix("without "),
            "accuracy": 100 * row.accuracy,
            "gain": _points(
                Estimate(
                    row.accuracy_gain, row.accuracy_gain_low, row.accuracy_gain_high, row.images
                )
            ),
        }
        for variant, row in found.iterrows()
    ]
