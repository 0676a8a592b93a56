"""What the report says about task 1."""

import numpy as np
import pandas as pd

from dlse.results.claims import MNIST, final_values
from dlse.results.estimates import NORMAL_QUANTILE, Estimate, mean_interval, wilson_interval
from dlse.results.rows import rows_of
from dlse.studies.cnn.claims import ASKED, PUBLISHED, over_images
from dlse.studies.cnn.mistakes import accuracy_difference
from dlse.workflow.tables import read_table


def facts(metrics: str, settings: dict, search: str, predictions: str) -> dict:
    """The final networks, the trials and the choice of the search, and the mistakes.

    metrics: the table of all studies. settings: this study's section of the config.
    search, predictions: tables of this study.
    """
    rows = rows_of(metrics, "cnn")
    search, predictions = (read_table(path).to_pandas() for path in (search, predictions))
    trials = search[search.without == ""]
    networks = rows[rows.step.isna() & rows.seed.notna()].set_index("seed")
    accuracy = 100 * networks[(networks.metric == "accuracy") & (networks.split == "test")].value
    seconds = networks[networks.metric == "cpu_seconds"].value
    wrong = predictions.label != predictions.predicted
    missed_by = wrong.groupby(predictions["index"]).sum()
    n_test, n = len(missed_by), predictions.seed.nunique()
    by_image = wilson_interval(round(accuracy.mean() / 100 * n_test), n_test)
    curve = 100 * rows[rows.step.notna() & (rows.metric == "accuracy")].pivot_table(
        values="value", index="step", columns="split"
    )
    passes = curve.index[curve.test > ASKED]
    last = trials[trials.rung == trials.rung.max()]
    best = last.iloc[0]
    names = [name for name in settings["model"] if name != "epochs"]
    varied = [name for name in names if trials[name].nunique() > 1]
    is_mnist = set(rows.dataset) == set(MNIST)
    return {
        "n": n,
        "several": n > 1,
        "accuracy": mean_interval(accuracy),
        "image_interval": (100 * by_image.low, 100 * by_image.high),
        "seeds": [
            {"seed": seed, "accuracy": accuracy[seed], "seconds": seconds[seed]}
            for seed in accuracy.index
        ],
        "together": over_images(rows, "accuracy", "together"),
        "reaches_published": accuracy.mean() >= PUBLISHED if is_mnist else None,
        "seconds": seconds.mean(),
        "epochs": int(curve.index[-1]),
        "first_accuracy": curve.test.iloc[0],
        "last_accuracy": curve.iloc[-1].to_dict(),
        "asked": ASKED,
        "published": PUBLISHED,
        "passes_asked": len(passes) > 0,
        "passes_asked_at": int(passes[0]) if len(passes) else None,
        "gap": _gap(curve.iloc[-1], rows),
        "missed_by_any": (missed_by > 0).sum(),
        "missed_by_all": (missed_by == n).sum(),
        "n_test": n_test,
        "parameters": final_values(rows, metric="parameters").iloc[0],
        "tflop": final_values(rows, metric="flops").iloc[0] / 1e12,
        "chosen": best[names].to_dict(),
        "side": 28 - 2 * best.margin,
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
            "lead": _lead(best, last.iloc[1]) if len(last) > 1 else None,
        },
        "ablation": _ablation(rows),
        "smooths": best.label_smoothing > 0,
        "augmentation_chosen": best.augmentation > 0,
        "averages": best.averaging > 0,
    }


def _points(estimate: Estimate) -> Estimate:
    """An estimate of fractions, in percentage points."""
    value, low, high, n = estimate
    return Estimate(100 * value, 100 * low, 100 * high, n)


def _lead(best: pd.Series, second: pd.Series) -> Estimate:
    """The lead of one trial over another in validation accuracy, in percentage points."""
    return _points(accuracy_difference(best.missed, second.missed, best.validation_images))


def _gap(accuracy: pd.Series, rows: pd.DataFrame) -> Estimate:
    """The accuracy on training images less that on test images, in percentage points, with the
    normal interval over images."""
    n = {
        split: final_values(rows, variant="cnn", metric="images", split=split).iloc[0]
        for split in accuracy.index
    }
    variance = sum(accuracy[split] * (100 - accuracy[split]) / n[split] for split in n)
    gap, half = accuracy.train - accuracy.test, NORMAL_QUANTILE * np.sqrt(variance)
    return Estimate(gap, gap - half, gap + half, int(min(n.values())))


def _ablation(rows: pd.DataFrame) -> list[dict]:
    """What the chosen recipe loses in validation accuracy without each of its ingredients."""
    found = final_values(rows, metric="accuracy", split="validation")
    variants = rows.loc[found.index, "variant"]
    return [
        {
            "without": variant.removeprefix("without "),
            "accuracy": 100 * value,
            "gain": over_images(rows, "accuracy_gain", variant),
        }
        for variant, value in zip(variants, found, strict=True)
    ]
