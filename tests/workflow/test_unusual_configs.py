"""Configs that are valid but unusual go through to the report, and it says nothing false."""

import re

import pyarrow.parquet as pq
import pytest

from dlse.images.digits import digits
from support.checkout import REPOSITORY
from support.pages import words_of
from support.published_forms import write_idx
from support.tiers import thorough

ONE_OF_EACH = {
    "precision": "bfloat16",
    "data.dataset": "my-digits",
    "cnn.seeds": [3],
    "cnn.search.grid": {"width": [], "learning_rate": [], "augmentation": []},
    "cnn.search.rungs": [{"train_images": 300, "epochs": 1, "keep": 1}],
    "cnn.ablation": [],
    "dying_relu.variants": [{"name": "he_normal", "width": 4, "depth": 8, "networks": 16}],
    "regularization.methods.none": None,
    "regularization.methods.l1": None,
    "regularization.methods.l2": None,
    "regularization.noise_seeds": 1,
    "regularization.noise_seeds_per_job": 1,
    "initialization.initializations": ["he_normal"],
    "wgan.runs": [
        {"name": "uniform5", "dim": 5, "noise_dims": [2], "seeds": 1, "steps": 20},
        {"name": "uniform20", "dim": 20, "noise_dims": [5], "seeds": 1, "steps": 20},
    ],
    "reconstruction.latent_dims": [3],
    "reconstruction.seeds": [0],
    "reconstruction.plain_autoencoder": {"latent_dims": [], "seeds": [0]},
    "reconstruction.linear_autoencoder.latent_dims": [],
    "reconstruction.official.latent_dims": [],
    "reconstruction.shown_latent_dims": [3],
    "mechanical.latent_dims": [3],
    "mechanical.shown_latent_dim": 3,
    "mechanical.steps": [3],
}
NO_PAIRS = {
    "dying_relu.variants": [
        {"name": "narrow", "width": 3, "depth": 5, "initialization": "pytorch", "networks": 16},
        {"name": "published", "width": 2, "depth": 9, "function": "absolute", "networks": 16},
        {"name": "xavier_normal", "width": 4, "depth": 8, "initialization": "xavier_normal",
         "networks": 16},
    ],
    "dying_relu.shown": "narrow",
    "regularization.methods.l1": None,
    "regularization.methods.l2": None,
    "regularization.methods.dropout": None,
    "regularization.initializations": 1,
    "initialization.initializations": ["xavier_uniform"],
    "initialization.depths": [2, 3],
    "wgan.runs": [
        {"name": "uniform5", "dim": 5, "noise_dims": [7], "seeds": 1, "steps": 20},
        {"name": "uniform20", "dim": 20, "noise_dims": [25], "seeds": 1, "steps": 20},
    ],
    "mechanical.steps": [6, 12],
}  # fmt: skip
HALF_OF_EACH = {
    "regularization.methods.none": None,
    "regularization.methods.l1": None,
    "initialization.initializations": ["pytorch", "xavier_normal"],
    "wgan.runs": [
        {"name": "uniform5", "dim": 5, "noise_dims": [2, 5], "seeds": 2, "steps": 20},
        {"name": "uniform20", "dim": 20, "noise_dims": [5], "seeds": 1, "steps": 20},
        {"name": "tanh5", "dim": 5, "noise_dims": [2], "seeds": 1, "steps": 20, "output": "tanh"},
    ],
}  # fmt: skip
PENALTIES = {"l1_narrow_median", "l2_narrow_median"}
DROPOUT = {"dropout_lowers", "dropout_raises_elsewhere"}  # against no regularization
OF_GENERATOR = ("stays", "norm", "classifier")
RATIOS = ("wgan_marginals", "cost_ratio")
# By case: what is changed, claims that cannot be judged, and words about what is not computed.
CASES = {
    "one of each": (
        ONE_OF_EACH,
        {"cnn_accuracy_asked", "autoencoder_2006", "pca_published", "xavier_halves",
         "he_first_sgd", "he_below_xavier_sgd",
         "published_collapse", *PENALTIES, *DROPOUT,
         *(f"uniform{d}_{of}" for d in (5, 20) for of in OF_GENERATOR), *RATIOS},
        ("The beginning", "over all places of the jump",
         "With no remedy", "successive halving", "all miss", "own split",
         "linear autoencoder connects", "Of the ingredients", "Task 7 costs",
         "strain energy of"),
    ),
    "nothing to compare": (
        NO_PAIRS,
        {"he_keeps", "he_adam_5", "he_first_sgd", "he_below_xavier_sgd",
         "dropout_wide_median",
         "wgan_too_little_noise", "cost_ratio",
         *PENALTIES, *DROPOUT},
        ("The beginning", "over all places of the jump", "For this network, the bounds",
         "With the weakest", "Task 7 costs"),
    ),
    "half of each": (
        HALF_OF_EACH,
        {"he_keeps", "he_adam_5", "he_first_sgd", "he_below_xavier_sgd",
         "l1_narrow_median", *DROPOUT,
         *(f"uniform20_{of}" for of in OF_GENERATOR), *RATIOS},
        ("The beginning", "over all places of the jump",
         "Without any regularization", "Task 7 costs", "A fold reflects"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_must_not_be_said_stands_in_a_source(case):
    """Otherwise, the next test could not fail."""
    sources = [path.read_text() for path in (REPOSITORY / "scripts").glob("*/report.typ")]
    text = " ".join(" ".join(sources).split())
    assert [words for words in CASES[case][2] if words not in text] == []


@thorough
@pytest.mark.parametrize("case", CASES)
def test_it_ends_in_a_report_without_what_was_not_computed(checkout, case):
    changes, not_evaluated, unsaid = CASES[case]
    if "data.dataset" in changes:
        write_idx(checkout.folder / changes["data.dataset"], digits(), packed=False)
    done = checkout.run("--cores", "1", "all", config=checkout.config_with(changes))
    assert done.returncode == 0, done.output
    assert "Traceback" not in done.output
    results = checkout.folder / "results"
    judged = pq.read_table(results / "claims.parquet").to_pylist()
    unknown = {claim["id"] for claim in judged if claim["verdict"] == "not evaluated"}
    assert not_evaluated <= unknown
    page = (results / "report.html").read_text()
    said, _, _ = words_of(page).partition("Every setting of this run")
    said = said.replace("’", "'")
    assert [words for words in unsaid if words in said] == []
    assert not re.search(r".{60}\b(?:nan|None|inf)\b.{60}", said, flags=re.S)
    assert (results / "report.pdf").stat().st_size > 100_000
