"""What the report says about task 5."""

import math

import pandas as pd

from dlse.results.claims import MNIST, final_values
from dlse.results.estimates import Estimate, mean_interval
from dlse.results.rows import rows_of
from dlse.studies.reconstruction.claims import (
    LINEAR_EXCESS,
    PUBLISHED_AUTOENCODER_30,
    PUBLISHED_LOGISTIC_PCA_30,
    PUBLISHED_PCA_30,
    REPLICATED_AUTOENCODER_30,
)
from dlse.studies.reconstruction.comparison import (
    UNSTEADY,
    best_dims,
    epsilon,
    in_percent,
    shares,
    smallest_and_largest,
)
from dlse.workflow.tables import read_settings, read_table

PLAIN = "plain autoencoder"
REFINED = ", refined codes"  # in the name of a variant


def facts(metrics: str, settings: dict, long: dict) -> dict:
    """The errors of PCA and of the autoencoders over the latent dimension, and those of the long
    trainings.

    metrics: the table of all studies. settings: this study's section of the config. long: the table
        of the long trainings that `shown_table` found.
    """
    rows = rows_of(metrics, "reconstruction")
    variants = ("pca", "autoencoder")
    share, share_in_training = (in_percent(shares(rows, split)) for split in ("test", "train"))
    table = {
        d: {
            "latent_dim": d,
            **{
                variant: {split: epsilon(rows, variant, d, split) for split in ("train", "test")}
                for variant in variants
            },
            "plain": epsilon(rows, PLAIN, d, "test"),
            "share": of_pca,
            "linear": final_values(
                rows, variant="linear autoencoder", metric="epsilon", latent_dim=d
            ).mean(),
            "angle": final_values(rows, metric="largest_principal_angle", latent_dim=d).mean(),
        }
        for d, of_pca in share.items()
    }
    dims = list(table)
    widest = table[best_dims(shares(rows))[0]]
    gap = {}  # of the test error over the training error, in percent
    for variant in variants:
        train, test = (widest[variant][split].value for split in ("train", "test"))
        gap[variant] = 100 * (test / train - 1) if train > 0 else math.nan
    of_pca = (rows.variant == "pca") & (rows.metric == "epsilon") & (rows.split == "test")
    pca_curve = rows[of_pca].groupby("latent_dim").value.mean()
    excess = 100 * final_values(rows, metric="excess_over_pca").max()
    parameters = final_values(
        rows, variant="autoencoder", metric="parameters", latent_dim=widest["latent_dim"]
    )
    ae_30 = epsilon(rows, "autoencoder", 30, "test")
    return {
        "table": list(table.values()),
        "test_percent": 100 * settings["test_fraction"],
        "n_layers": len(settings["autoencoder"]["hidden_widths"]),
        "seeds": rows.seed.nunique(),
        "several_dims": len(dims) > 1,
        "always_below": all(of.value < 100 for of in share.values()),
        "is_below_for_sure": all(of.high < 100 for of in share.values()),
        "worse_at": [d for d in dims if share[d].value >= 100],
        "worse_in_training": any(of.value >= 100 for of in share_in_training.values()),
        "widest": widest,
        "best_dims": best_dims(shares(rows)),
        "widest_is_inside": dims[0] < widest["latent_dim"] < dims[-1]
        and all(of.value < 100 for of in share.values()),
        "pca_generalizes": gap["pca"] < 3,
        "pca_dims_for_widest": int((pca_curve <= widest["autoencoder"]["test"].value).idxmax()),
        "gap": gap,
        "ae_gap_is_larger": gap["autoencoder"] > gap["pca"],
        "linear_excess": excess,
        "linear_is_pca": excess <= LINEAR_EXCESS,
        "largest_angle": final_values(rows, metric="largest_principal_angle").max(),
        "ae_30": ae_30,
        "published": _published(rows, ae_30),
        "plain": _plain(rows),
        "unsteady": _unsteady(rows),
        "seconds": {
            variant.split()[0]: final_values(rows, variant=variant, metric="cpu_seconds").sum()
            for variant in (*variants, PLAIN, "linear autoencoder")
        },
        "seconds_each": final_values(
            rows[rows.variant.isin(("autoencoder", PLAIN))], metric="cpu_seconds"
        ).mean(),
        "parameters": parameters.mean(),
        "subspace": 28 * 28 * (widest["latent_dim"] + 1),  # its basis and the mean
        "long": _long(rows_of(metrics, "reconstruction_long"), long),
    }


def _long(rows: pd.DataFrame, table: dict) -> dict | None:
    """The long trainings, with the recipe and the processor from their `table`; None if there are
    none of the data set of this run."""
    if not len(rows):
        return None
    recipe = read_settings(table["path"])
    recipe.pop("device", None)  # tables of earlier versions do not name it
    latent_dim = recipe.pop("latent_dim")
    lines = [
        {
            "variant": variant,
            "train": epsilon(rows, variant, latent_dim, "official train"),
            "test": epsilon(rows, variant, latent_dim, "official test"),
            "seconds": final_values(rows, variant=variant, metric="cpu_seconds").mean(),
        }
        for variant in ("pca", PLAIN, PLAIN + REFINED, "autoencoder", "autoencoder" + REFINED)
    ]
    test = {line["variant"]: line["test"] for line in lines}
    plain, from_pca = test[PLAIN], test["autoencoder"]
    share = in_percent(shares(rows, "official test", of=f"autoencoder{REFINED}", to="autoencoder"))
    is_published = latent_dim == 30 and set(rows.dataset) == set(MNIST)
    return {
        "latent_dim": latent_dim,
        "lines": [line for line in lines if line["test"]],
        "error": from_pca,
        "refined_share": share[latent_dim],
        "refinements": final_values(rows, metric="refinements").max(),
        "refinement_seconds": final_values(rows, metric="refinement_cpu_seconds").mean(),
        "plain": plain,
        "plain_excess": _plain_excess(rows) if plain else None,
        "published": {
            "autoencoder": PUBLISHED_AUTOENCODER_30,
            "replicated": REPLICATED_AUTOENCODER_30,
            "is_reached": from_pca.value <= PUBLISHED_AUTOENCODER_30,
            "replication_is_reached": from_pca.value <= REPLICATED_AUTOENCODER_30,
        }
        if is_published
        else None,
        "cpu": read_table(table["path"]).schema.metadata[b"cpu"].decode(),
        "precision": recipe.pop("precision").removeprefix("torch."),
        "recipe": recipe,
    }


def _plain_excess(rows: pd.DataFrame) -> Estimate:
    """The test error of the plain autoencoder less that of the start at PCA, over the seeds that
    both have."""
    final = rows[rows.step.isna() & (rows.metric == "epsilon") & (rows.split == "official test")]
    errors = final.pivot_table(values="value", index="seed", columns="variant")
    return mean_interval((errors[PLAIN] - errors["autoencoder"]).dropna())


def _published(rows: pd.DataFrame, ae_30: Estimate | None) -> dict | None:
    """The published errors with 30 dimensions, beside those of this run; None if they speak of
    another data set, or if this run has no autoencoder with 30 dimensions."""
    if ae_30 is None or set(rows.dataset) != set(MNIST):
        return None
    where = {"variant": "pca", "latent_dim": 30, "split": "official test"}
    return {
        "autoencoder": PUBLISHED_AUTOENCODER_30,
        "logistic_pca": PUBLISHED_LOGISTIC_PCA_30,
        "pca": PUBLISHED_PCA_30,
        "pca_here": final_values(rows, metric="epsilon", **where).mean(),
        "is_reached": ae_30.value <= PUBLISHED_AUTOENCODER_30,
    }


def _plain(rows: pd.DataFrame) -> dict:
    """The plain autoencoder against PCA and against the one that starts from PCA; `table` is empty
    if none was trained."""
    to_pca = in_percent(shares(rows, of=PLAIN))
    to_plain = in_percent(shares(rows, to=PLAIN))
    return {
        "table": [{"latent_dim": d, "to_plain": share} for d, share in to_plain.items()],
        "above_pca_at": [d for d in to_plain if to_pca[d].low > 100],
        "below_pca_at": [d for d in to_plain if to_pca[d].high < 100],
        "pca_start_is_worse_at": [d for d in to_plain if to_plain[d].low > 100],
    }


def _unsteady(rows: pd.DataFrame) -> dict:
    """The networks whose errors differ widely between seeds, and by how many percent those of PCA
    differ on the same splits."""
    ends = smallest_and_largest(rows)
    networks = ends[ends.index.isin(("autoencoder", PLAIN), level="variant")]
    found = networks[networks["max"] > UNSTEADY * networks["min"]]
    of_pca = ends.loc["pca"].loc[found.index.get_level_values("latent_dim")]
    return {
        "above": 100 * (UNSTEADY - 1),
        "networks": [
            {"is_plain": variant == PLAIN, "latent_dim": int(latent_dim), "ends": list(errors)}
            for (variant, latent_dim), errors in found.iterrows()
        ],
        "pca_differs": 100 * (of_pca["max"] / of_pca["min"] - 1).max(),
    }
