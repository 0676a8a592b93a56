"""The claims of the report, each judged against its threshold by the metrics alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from dlse.results.estimates import Estimate, bootstrap_interval, mean_interval, wilson_interval
from dlse.results.thresholds import CNN_ASKED, CNN_CLAIMED, PUBLISHED_COLLAPSE
from dlse.results.verdicts import MET, NOT_EVALUATED, NOT_MET
from dlse.studies.wgan.cost import median_interval, runs_table

# Hinton & Salakhutdinov, Science 313 (2006), 504: PCA with 30 dimensions on MNIST.
PUBLISHED_PCA_30 = 13.87


@dataclass(frozen=True)
class Claim:
    """A statement with a threshold.

    statement: in words; `{:g}` stands for the threshold.
    estimate: from the rows of its studies to the value that is judged, with its interval; None
        where the run has not computed what it needs.
    datasets: those the claim speaks of; None is any.
    """

    id: str
    task: int
    study: str  # or several, joined by "+"
    statement: str
    relation: Literal["≥", ">", "≤", "<"]
    threshold: float
    unit: str
    estimate: Callable[[pd.DataFrame], Estimate | None]
    datasets: tuple[str, ...] | None = ("mnist",)

    def words(self) -> str:
        """The statement with its threshold."""
        return self.statement.format(self.threshold)

    def verdict(self, value: float) -> str:
        """Whether `value` stands in the claimed relation to the threshold."""
        holds = {
            "≥": value >= self.threshold,
            ">": value > self.threshold,
            "≤": value <= self.threshold,
            "<": value < self.threshold,
        }[self.relation]
        return MET if holds else NOT_MET


def select(rows: pd.DataFrame, **values) -> pd.Series:
    """The `value` of the rows whose columns equal `values`, final ones unless `step` is given."""
    chosen = rows["step"].isna() if "step" not in values else pd.Series(True, rows.index)
    for column, value in values.items():
        chosen &= rows[column] == value
    return rows.loc[chosen, "value"]


def _cnn_accuracy(rows: pd.DataFrame) -> Estimate:
    return mean_interval(100 * select(rows, metric="accuracy", split="test"))


def _cnn_seconds(rows: pd.DataFrame) -> Estimate:
    return _largest(select(rows, metric="cpu_seconds"))


def _pca_against_published(rows: pd.DataFrame) -> Estimate | None:
    chosen = {"variant": "pca", "latent_dim": 30, "split": "official test"}
    errors = select(rows, metric="epsilon", **chosen)
    return _largest(abs(errors[:1] - PUBLISHED_PCA_30))  # the same split for every seed


def _pca_against_eigenvalues(rows: pd.DataFrame) -> Estimate:
    return _largest(select(rows, metric="eigenvalue_sum_gap"))


def autoencoder_shares(rows: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """The autoencoder's ε as a share of PCA's: a row a seed, a column a latent dimension."""
    final = rows[rows["step"].isna() & (rows.metric == "epsilon") & (rows.split == split)]
    table = final.pivot_table(values="value", index=["variant", "seed"], columns="latent_dim")
    return (table.loc["autoencoder"] / table.loc["pca"]).dropna(axis=1)


def _autoencoder_share(rows: pd.DataFrame) -> Estimate:
    return _largest(100 * autoencoder_shares(rows).to_numpy().ravel())


def _autoencoder_at_30(rows: pd.DataFrame) -> Estimate | None:
    return epsilon(rows, "autoencoder", 30, "test")


def epsilon(rows: pd.DataFrame, variant: str, latent_dim: int, split: str) -> Estimate | None:
    """ε of one method: over several seeds their mean and Student's interval, for one seed the
    normal interval over its images. None where it was not computed."""
    where = {"variant": variant, "latent_dim": latent_dim, "split": split}
    values = select(rows, metric="epsilon", **where)
    if not len(values):
        return None
    if len(values) > 1:
        return mean_interval(values)
    value = float(values.iloc[0])
    half = 1.96 * float(select(rows, metric="epsilon_sem", **where).iloc[0])
    return Estimate(value, value - half, value + half, 1)


def _linear_excess(rows: pd.DataFrame) -> Estimate:
    return _largest(100 * select(rows, metric="excess_over_pca"))


def _minutes(rows: pd.DataFrame) -> Estimate:
    """CPU minutes of all recorded work."""
    seconds = select(rows, metric="cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


def _largest(values) -> Estimate | None:
    """The worst of several values: all of them are claimed, so there is no interval."""
    if not len(values):
        return None
    return Estimate(float(np.max(values)), np.nan, np.nan, len(values))


def birth_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Probabilities of being born dead: a row a width and depth, a column a metric."""
    birth = rows[(rows.variant == "birth") & rows.depth.notna()]
    return birth.pivot_table(index=["width", "depth"], columns="metric", values="value")


def outside_bounds(rows: pd.DataFrame) -> Estimate | None:
    """How many estimates lie outside theory's bounds by more than their Wilson interval. The
    intervals hold for all together with 95 % (Bonferroni): among a hundred single ones some
    would miss a bound that is exact, as it is for two layers."""
    table = birth_table(rows)
    if not len(table):
        return None
    outside = 0
    for row in table.itertuples():
        n = int(row.networks)
        estimate = wilson_interval(round(row.born_dead_probability * n), n, 1 - 0.05 / len(table))
        outside += not (estimate.high >= row.lower_bound and estimate.low <= row.upper_bound)
    return Estimate(float(outside), np.nan, np.nan, len(table))


def _dead_constant(rows: pd.DataFrame) -> Estimate | None:
    dead = rows[(rows.metric == "dead") & (rows.value == 1) & (rows.dataset == "runge function")]
    offsets = rows[rows.metric == "offset"].merge(dead[["variant", "seed"]])
    return _largest(offsets.value)


def _share(rows: pd.DataFrame, variant: str, metric: str) -> Estimate | None:
    return percent(select(rows, variant=variant, metric=metric))


def percent(flags: pd.Series) -> Estimate | None:
    """The share of `flags` that are set, in percent, with Wilson's interval; None of none."""
    if not len(flags):
        return None
    share = wilson_interval(int(flags.sum()), len(flags))
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.n)


def _published_collapse(rows: pd.DataFrame) -> Estimate | None:
    return _share(rows[rows.dataset == "absolute function"], "published", "collapsed")


def regularized_errors(rows: pd.DataFrame, method: str, metric: str = "rel_l2") -> np.ndarray:
    """Errors in percent, `[noise seeds, networks]`; empty where the method was left out."""
    chosen = rows[(rows.variant == method) & (rows.metric == metric)]
    table = chosen.pivot(index="seed", columns="initialization_seed", values="value")
    return 100 * table.to_numpy()


def share_below_5(errors: np.ndarray) -> float:
    """The share of errors (in percent) that are below 5 %, in percent."""
    return float(100 * np.mean(errors < 5))


def _of_errors(method: str, statistic: Callable) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        errors = regularized_errors(rows, method)
        return bootstrap_interval(errors, statistic) if errors.size else None

    return estimate


def mean_share_below_5(rows: pd.DataFrame, method: str) -> Estimate | None:
    """How many noise seeds, in percent, are below 5 % by the mean of their networks; None where
    the method was left out."""
    return percent(100 * select(rows, variant=method, metric="rel_l2_of_mean") < 5)


def _mean_share_below_5(method: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: mean_share_below_5(rows, method)


def _slope_gap(family: str, theory: float) -> Callable[[pd.DataFrame], Estimate | None]:
    """The largest distance of a measured slope from `theory`, over normal and uniform."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        ours = rows[rows.variant.str.startswith(family)]
        gaps = []
        for _, group in ours.groupby("variant"):
            slope = slope_estimate(group)
            gap, half = abs(slope.value - theory), (slope.high - slope.low) / 2
            gaps.append(Estimate(gap, max(0.0, gap - half), gap + half, slope.n))
        return max(gaps) if gaps else None

    return estimate


def slope_estimate(rows: pd.DataFrame) -> Estimate:
    """The slope of log₂ of the second moment over the layers of one initialization; n counts
    the batches of networks that its interval is over."""
    value, low, high, n = (
        float(select(rows, metric=f"second_moment_slope{of}").iloc[0])
        for of in ("", "_low", "_high", "_batches")
    )
    return Estimate(value, low, high, int(n))


def sgd_ratios(rows: pd.DataFrame) -> pd.Series:
    """Under SGD, He's median training error as a share of Xavier's, by depth; empty where one of
    the two was not trained."""
    chosen = rows[(rows.metric == "train_rel_l2") & (rows.optimizer == "sgd")]
    family = chosen.variant.str.split("_").str[0]
    medians = chosen.groupby(["depth", family]).value.median().unstack()
    if not {"he", "xavier"} <= set(medians):
        return pd.Series(dtype=float)
    return medians["he"] / medians["xavier"]


def _sgd_ratio(rows: pd.DataFrame) -> Estimate | None:
    return _largest(100 * sgd_ratios(rows).to_numpy())


def _ensemble_ratio(width: int, depth: int) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        where = {"variant": "loop", "width": width, "depth": depth}
        ratio, low, high = (
            select(rows, metric=name, **where)
            for name in ("ratio", "smallest_ratio", "largest_ratio")
        )
        if not len(ratio):
            return None
        return Estimate(float(ratio.iloc[0]), float(low.iloc[0]), float(high.iloc[0]), 1)

    return estimate


def _kept_accuracy(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    """The share of the runs with noise enough, in percent, that reach 5 % and stay there."""

    def estimate(rows: pd.DataFrame) -> Estimate | None:
        return percent(with_noise_enough(rows, run).stays)

    return estimate


def with_noise_enough(rows: pd.DataFrame, run: str) -> pd.DataFrame:
    """The runs (see `runs_table`) of as many noise dimensions as coordinates, or more."""
    runs = runs_table(rows)
    return runs[(runs.variant == run) & (runs.noise_dim >= runs.dim)]


def _final_headline(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: _largest(100 * with_noise_enough(rows, run).headline)


def _cost_to_accuracy(run: str) -> Callable[[pd.DataFrame], Estimate | None]:
    def estimate(rows: pd.DataFrame) -> Estimate | None:
        runs = with_noise_enough(rows, run)
        return median_interval(runs.cpu_seconds, runs.reached) if len(runs) else None

    return estimate


def _true_headline(rows: pd.DataFrame) -> Estimate | None:
    return _largest(100 * rows[(rows.variant == "floor") & (rows.metric == "headline")].value)


def unseen_wrongs(rows: pd.DataFrame) -> Estimate | None:
    """How many known wrongs, in one dimension each, a measure that must see them does not."""
    must = rows[rows.metric == "must_see"]
    seen = rows[rows.metric == "sees"].set_index(["variant", "dim", "split"]).value
    named = must.set_index(["variant", "dim", "split"]).index
    missed = seen.reindex(named) != 1
    return Estimate(float(missed.sum()), np.nan, np.nan, len(named)) if len(named) else None


def _gradient_difference(rows: pd.DataFrame) -> Estimate | None:
    return _largest(select(rows, metric="gradient_difference"))


def _job_minutes(rows: pd.DataFrame) -> Estimate:
    """CPU minutes of whole jobs, from their first import to the end."""
    seconds = select(rows, metric="job_cpu_seconds")
    return Estimate(float(seconds.sum()) / 60, np.nan, np.nan, len(seconds))


def _largest_of(metric: str, *more: str) -> Callable[[pd.DataFrame], Estimate | None]:
    return lambda rows: _largest(rows[rows.metric.isin((metric, *more))].value)


def published_difference(rows: pd.DataFrame) -> pd.Series:
    """|Ψ/Ψ′ − 1| of each simulated block at the last step, in percent."""
    found = rows[rows.metric == "published_difference"]
    return 100 * found[found.load_step == found.load_step.max()].value.abs()


def _mean_published_difference(rows: pd.DataFrame) -> Estimate | None:
    differences = published_difference(rows)
    return mean_interval(differences) if len(differences) else None


def _failures(rows: pd.DataFrame) -> Estimate | None:
    """Blocks without a solution; n counts the blocks."""
    failures = select(rows, metric="failures")
    if not len(failures):
        return None
    blocks = rows[(rows.variant == "simulated") & (rows.metric == "energies")].image.nunique()
    return Estimate(float(failures.sum()), np.nan, np.nan, int(blocks))


def _simulation_minutes(rows: pd.DataFrame) -> Estimate | None:
    simulated = rows[rows.variant == "simulated"]
    return _minutes(simulated) if len(simulated) else None


CLAIMS = (
    Claim(
        "cnn_accuracy_98", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is above the assignment's {:g} %",
        ">", CNN_ASKED, "%", _cnn_accuracy,
    ),
    Claim(
        "cnn_accuracy_99_5", 1, "cnn",
        "The CNN's test accuracy, mean over seeds, is at least {:g} %",
        "≥", CNN_CLAIMED, "%", _cnn_accuracy,
    ),
    Claim(
        "cnn_cost", 1, "cnn",
        "Training one CNN takes at most {:g} CPU seconds (slowest seed)",
        "≤", 300.0, "CPU s", _cnn_seconds,
    ),
    Claim(
        "born_dead_bounds", 2, "dying_relu",
        "The probability of being born dead lies within theory's bounds at every width and depth "
        "(how many lie outside by more than their interval)",
        "≤", 0, "1", outside_bounds, None,
    ),
    Claim(
        "dead_is_the_mean", 2, "dying_relu",
        "A network that is dead after training equals the mean of its data (largest distance)",
        "≤", 1e-3, "1", _dead_constant, None,
    ),
    Claim(
        "published_collapse", 2, "dying_relu",
        "Of ten-layer ReLU networks of width 2, more than the published {:g} % collapse on |x|",
        ">", PUBLISHED_COLLAPSE, "%", _published_collapse, None,
    ),
    Claim(
        "ensemble_8_4", 2, "ensemble",
        "The ensemble trains at least {:g} times as many networks of 8 × 4 a CPU second as a loop",
        "≥", 30.0, "1", _ensemble_ratio(4, 8), None,
    ),
    *(
        claim
        for method, name in (("l1", "L1"), ("l2", "L2"), ("dropout", "dropout"))
        for claim in (
            Claim(
                f"{method}_median", 3, "regularization",
                f"With {name}, the median test error is below the assignment's {{:g}} %",
                "<", 5.0, "%", _of_errors(method, np.median), None,
            ),
            Claim(
                f"{method}_share", 3, "regularization",
                f"With {name}, at least {{:g}} % of the networks have a test error below 5 %",
                "≥", 90.0, "%", _of_errors(method, share_below_5), None,
            ),
            Claim(
                f"{method}_mean_share", 3, "regularization",
                f"With {name}, the mean of a noise seed's networks is below 5 % for at least "
                "{:g} % of the seeds",
                "≥", 97.0, "%", _mean_share_below_5(method), None,
            ),
        )
    ),
    Claim(
        "dropout_median_4_1", 3, "regularization",
        "With dropout, the median test error is at most {:g} %",
        "≤", 4.1, "%", _of_errors("dropout", np.median), None,
    ),
    Claim(
        "ensemble_6_32", 3, "ensemble",
        "The ensemble trains at least {:g} times as many networks of 6 × 32 a CPU second as a loop",
        "≥", 15.0, "1", _ensemble_ratio(32, 6), None,
    ),
    Claim(
        "xavier_halves", 4, "initialization",
        "Xavier halves the second moment at each ReLU layer (distance of its log₂ slope from −1)",
        "≤", 0.05, "1", _slope_gap("xavier", -1.0), None,
    ),
    Claim(
        "he_keeps", 4, "initialization",
        "He keeps the second moment from layer to layer (distance of its log₂ slope from 0)",
        "≤", 0.05, "1", _slope_gap("he", 0.0), None,
    ),
    Claim(
        "he_below_xavier_sgd", 4, "initialization",
        "Under SGD, He's median training error is below Xavier's at every depth (largest share)",
        "<", 100.0, "%", _sgd_ratio, None,
    ),
    Claim(
        "small_networks_cost", 4, "dying_relu+regularization+initialization",
        "Training, choosing and the other methods of tasks 2, 3 and 4 take at most {:g} CPU "
        "minutes (without the start of jobs)",
        "≤", 10.0, "CPU min", _minutes, None,
    ),
    Claim(
        "pca_published", 5, "reconstruction",
        "PCA with 30 dimensions has the published test error, 13.87, to its last digit",
        "≤", 0.005, "1", _pca_against_published,
    ),
    Claim(
        "pca_eigenvalues", 5, "reconstruction",
        "PCA's training error is the sum of the discarded eigenvalues (largest relative gap)",
        "≤", 1e-9, "1", _pca_against_eigenvalues, None,
    ),
    Claim(
        "autoencoder_below_pca", 5, "reconstruction",
        "The autoencoder's test error is below PCA's at every latent dimension (largest share)",
        "<", 100.0, "%", _autoencoder_share,
    ),
    Claim(
        "autoencoder_30", 5, "reconstruction",
        "The autoencoder's test error at 30 dimensions is at most {:g}",
        "≤", 4.5, "1", _autoencoder_at_30,
    ),
    Claim(
        "linear_autoencoder", 5, "reconstruction",
        "The linear autoencoder comes within {:g} % of PCA's training error at every dimension",
        "≤", 1.0, "%", _linear_excess,
    ),
    Claim(
        "reconstruction_cost", 5, "reconstruction",
        "All training for task 5 takes at most {:g} CPU minutes",
        "≤", 12.0, "CPU min", _minutes,
    ),
    Claim(
        "mechanical_reference_displacement", 5, "mechanical_solver",
        "With linear triangles, displacements are those of an exact reference (largest difference, "
        "in sides of a pixel)",
        "≤", 1e-9, "1", _largest_of("reference_displacement"),
    ),
    Claim(
        "mechanical_reference_energy", 5, "mechanical_solver",
        "With linear triangles, strain energies are those of an exact reference from step 4 on "
        "(largest relative difference)",
        "≤", 1e-9, "1", _largest_of("reference_energy"),
    ),
    Claim(
        "mechanical_energy_mean", 5, "mechanical_solver",
        "Simulated blocks have the published strain energies at the last step (mean difference)",
        "≤", 0.5, "%", _mean_published_difference,
    ),
    Claim(
        "mechanical_energy_largest", 5, "mechanical_solver",
        "No simulated block differs by more from its published strain energy at the last step",
        "≤", 1.5, "%", lambda rows: _largest(published_difference(rows)),
    ),
    Claim(
        "mechanical_patch_test", 5, "mechanical_solver",
        "Every element passes the patch test at finite strain (largest difference)",
        "≤", 1e-9, "1", _largest_of("patch_test"), None,
    ),
    Claim(
        "mechanical_derivatives", 5, "mechanical_solver",
        "Forces and stiffnesses are derivatives of the energy (largest relative difference from "
        "finite differences)",
        "≤", 1e-6, "1", _largest_of("force_difference", "stiffness_difference"), None,
    ),
    Claim(
        "mechanical_balance", 5, "mechanical_solver",
        "Reactions at opposite sides balance in all load cases (largest relative difference)",
        "≤", 1e-8, "1", _largest_of("imbalance"), None,
    ),
    Claim(
        "mechanical_frame", 5, "mechanical_solver",
        "The energy does not change when a deformed block is turned (largest relative difference)",
        "≤", 1e-12, "1", _largest_of("rotation_difference"), None,
    ),
    Claim(
        "mechanical_solved", 5, "mechanical_solver",
        "Every block has an equilibrium at every step (how many have none)",
        "≤", 0, "1", _failures, None,
    ),
    Claim(
        "mechanical_cost", 5, "mechanical_solver",
        "Simulating the blocks takes at most {:g} CPU minutes",
        "≤", 8.0, "CPU min", _simulation_minutes, None,
    ),
    Claim(
        "true_samples_pass", 6, "uniformity",
        "True samples have a sliced Wasserstein distance below {:g} % in every dimension (largest)",
        "<", 5.0, "%", _true_headline, None,
    ),
    Claim(
        "known_wrongs", 6, "uniformity",
        "Each known wrong is seen by every measure that is named for it (how many are not)",
        "≤", 0, "1", unseen_wrongs, None,
    ),
    Claim(
        "penalty_gradient", 6, "wgan_speed",
        "The gradient of the critic's loss in closed form is automatic differentiation's, in "
        "float64 (largest difference)",
        "≤", 1e-10, "1", _gradient_difference, None,
    ),
    *(
        claim
        for task, run, dim, share, words, seconds in (
            (6, "uniform5", 5, 100.0, "all runs", 1.0),
            (7, "uniform20", 20, 90.0, "at least {:g} % of the runs", 30.0),
        )
        for claim in (
            Claim(
                f"{run}_stays", task, "wgan",
                f"In {dim} dimensions, with noise of as many or more, {words} reach 5 % and stay "
                "there to the end",
                "≥", share, "%", _kept_accuracy(run), None,
            ),
            Claim(
                f"{run}_final", task, "wgan",
                f"Fresh samples of the final generators in {dim} dimensions, averaged weights, are "
                "below {:g} % (largest)",
                "<", 5.0, "%", _final_headline(run), None,
            ),
            Claim(
                f"{run}_cost", task, "wgan",
                f"The median run in {dim} dimensions reaches 5 % within {{:g}} CPU "
                f"second{'s' * (seconds > 1)}",
                "≤", seconds, "CPU s", _cost_to_accuracy(run), None,
            ),
        )
    ),
    Claim(
        "wgan_cost", 8, "uniformity+wgan+wgan_speed",
        "All jobs of tasks 6, 7 and 8 take at most {:g} CPU minutes",
        "≤", 12.0, "CPU min", _job_minutes, None,
    ),
)  # fmt: skip


def judge(
    metrics: pd.DataFrame, claims: tuple[Claim, ...] = CLAIMS, is_preview: bool = False
) -> pa.Table:
    """One row a claim, with its verdict and the file that holds the evidence.

    A claim about a data set that this run has not used, or about a value that it has not
    computed, is "not evaluated"; so is every claim of a preview.
    """
    judged = []
    for claim in claims:
        studies = claim.study.split("+")
        rows = metrics[metrics.study.isin(studies)]
        speaks_of_it = claim.datasets is None or set(rows.dataset) <= set(claim.datasets)
        is_judged = len(rows) and speaks_of_it and not is_preview
        found = claim.estimate(rows) if is_judged else None
        if found and np.isnan(found.value):
            found = None  # measured, but of nothing
        value, low, high, n = found or Estimate(np.nan, np.nan, np.nan, 0)
        judged.append(
            {
                "id": claim.id,
                "task": claim.task,
                "statement": claim.words(),
                "relation": claim.relation,
                "threshold": claim.threshold,
                "unit": claim.unit,
                "estimate": value,
                "ci_low": low,
                "ci_high": high,
                "n": n,
                "verdict": claim.verdict(value) if found else NOT_EVALUATED,
                "evidence": ", ".join(f"results/metrics/{study}.parquet" for study in studies),
            }
        )
    return pa.Table.from_pylist(judged)
