"""The facts of the report on Mechanical MNIST: the blocks, and task 5 on their fields."""

import pandas as pd

from dlse.results.claims import final_values
from dlse.results.estimates import mean_interval
from dlse.results.labels import display_name
from dlse.results.rows import rows_of
from dlse.studies.mechanical.claims import advantage, geometric_shares, published_difference
from dlse.studies.mechanical.problem import POISSON, SOFT, STIFF
from dlse.studies.reconstruction.comparison import epsilon, in_percent, shares

SPLITS = ("train", "test")
VARIANTS = ("pca", "autoencoder")


def facts(metrics: str, settings: dict) -> dict:
    """The blocks, and task 5 on their fields. settings: the section of the config."""
    pair = {"fields": rows_of(metrics, "mechanical"), "bitmaps": rows_of(metrics, "bitmaps")}
    return {
        "blocks": _blocks(rows_of(metrics, "mechanical_solver"), settings),
        "fields": _fields(pair),
    }


def _blocks(rows: pd.DataFrame, settings: dict) -> dict:
    """rows: of the simulation; none if the fields are the published ones."""
    differences = published_difference(rows)
    return {
        "soft": SOFT,
        "stiff": STIFF,
        "poisson": POISSON,
        "is_simulated": bool(len(rows)),
        "images": display_name(rows.dataset.iloc[0]) if len(rows) else None,
        "n": int(rows.image.nunique()) if len(rows) else None,
        "failures": int(final_values(rows, metric="failures").sum()),
        "seconds": final_values(rows, metric="cpu_seconds").sum(),
        "case": settings["case"].replace("_", " "),
        "steps": settings["steps"],
        "n_published": len(differences),
        "published_mean": differences.mean(),
        "published_largest": differences.max(),
    }


def _fields(pair: dict[str, pd.DataFrame]) -> dict:
    """Task 5 on the fields, compared with task 5 on the images of the same blocks ("bitmaps")."""
    fields = pair["fields"]
    share = {name: in_percent(shares(rows)) for name, rows in pair.items()}
    geometric = {name: mean_interval(geometric_shares(rows)) for name, rows in pair.items()}
    gain = advantage(pd.concat(pair.values()))
    dims = list(share["fields"])
    seconds = [
        final_values(rows, metric="cpu_seconds", variant="autoencoder") for rows in pair.values()
    ]
    return {
        "dataset": display_name(fields.dataset.iloc[0]),
        "unit": fields[fields.metric == "epsilon"].unit.iloc[0],
        "samples": {
            split: final_values(fields, metric="samples", split=split).iloc[0] for split in SPLITS
        },
        "variance": {name: epsilon(rows, "pca", 0, "test").value for name, rows in pair.items()},
        "table": [
            {
                "latent_dim": d,
                "epsilon": {
                    variant: {split: epsilon(fields, variant, d, split) for split in SPLITS}
                    for variant in VARIANTS
                },
                "relative": {
                    name: {variant: _relative_error(rows, variant, d) for variant in VARIANTS}
                    for name, rows in pair.items()
                },
                "share": {name: of_dims[d] for name, of_dims in share.items()},
            }
            for d in dims
        ],
        "best": min(dims, key=lambda d: share["fields"][d].value),
        "geometric_share": geometric,
        "advantage": gain,
        "gap": {
            name: {variant: _gap(rows, variant, dims[-1]) for variant in VARIANTS}
            for name, rows in pair.items()
        },
        "seeds": gain.n,
        "seconds": sum(values.sum() for values in seconds),
        "networks": sum(map(len, seconds)),
    }


def _relative_error(rows: pd.DataFrame, variant: str, latent_dim: int) -> float:
    """The test error in percent of the variance, which is PCA's error without any dimension."""
    error, variance = epsilon(rows, variant, latent_dim, "test"), epsilon(rows, "pca", 0, "test")
    return 100 * error.value / variance.value


def _gap(rows: pd.DataFrame, variant: str, latent_dim: int) -> float:
    """The excess of the test error over the training error, in percent."""
    train, test = (epsilon(rows, variant, latent_dim, split).value for split in SPLITS)
    return 100 * (test / train - 1)
