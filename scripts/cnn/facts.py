"""What the report says about task 1."""

import pandas as pd

from dlse.results.claims import final_values
from dlse.results.estimates import mean_interval, wilson_interval
from dlse.studies.cnn.claims import ASKED, CLAIMED
from dlse.studies.cnn.network import Settings
from dlse.workflow.tables import read_table


def facts(metrics: pd.DataFrame, settings: dict, search: str, predictions: str) -> dict:
    """The final networks, the trials and the choice of the search, and the mistakes.

    metrics: the rows of all studies. search, predictions: tables of this study.
    """
    rows = metrics[metrics.study == "cnn"]
    search, predictions = (read_table(path).to_pandas() for path in (search, predictions))
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
    passes = curve.index[curve.test > ASKED]
    missed = (predictions.label != predictions.predicted).groupby(predictions["index"]).sum()
    # If the networks made independent mistakes, all would miss this many images.
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
        "asked": ASKED,
        "claimed": CLAIMED,
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
        "parameters": final_values(rows, metric="parameters").iloc[0],
        "tflop": final_values(rows, metric="flops").iloc[0] / 1e12,
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
