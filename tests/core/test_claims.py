"""Verdicts follow from the metrics, and from nothing else."""

import dataclasses
import math

import pandas as pd
import pytest

from dlse.results.claims import CLAIMS, judge
from dlse.workflow.tables import metrics_table


def metrics(dataset: str = "mnist", **changes: float) -> pd.DataFrame:
    """The metrics of a small run that meets every claim; `changes` replaces values by metric."""
    common = {"study": "cnn", "dataset": dataset, "variant": "cnn"}
    rows = [
        {**common, "seed": seed, **row}
        for seed, accuracy in enumerate((0.996, 0.997, 0.998))
        for row in (
            {"metric": "accuracy", "split": "test", "value": changes.get("accuracy", accuracy)},
            {"metric": "cpu_seconds", "value": 100.0 + seed},
            # Better on the way than at the end: no claim may look at it.
            {"metric": "accuracy", "split": "test", "step": 1, "value": 0.9999},
            {"metric": "cpu_seconds", "step": 1, "value": 9999.0},
        )
    ]
    common = {"study": "reconstruction", "dataset": dataset, "seed": 0}
    for latent_dim, pca, autoencoder in ((2, 44.0, 28.0), (30, 14.0, 3.8)):
        where = {**common, "latent_dim": latent_dim}
        ours = {**where, "variant": "autoencoder", "split": "test"}
        value = changes.get(f"autoencoder_{latent_dim}", autoencoder)
        rows += [
            {**where, "variant": "pca", "split": "test", "metric": "epsilon", "value": pca},
            {**ours, "metric": "epsilon", "value": value},
            {**ours, "metric": "epsilon_sem", "value": 0.02},
            {**ours, "metric": "cpu_seconds", "value": 60.0},
            {
                **where, "variant": "linear autoencoder", "split": "train",
                "metric": "excess_over_pca", "value": changes.get("excess_over_pca", 1e-5),
            },
        ]  # fmt: skip
    rows += [
        {
            **common, "variant": "pca", "split": "official test", "latent_dim": 30,
            "metric": "epsilon", "value": changes.get("published", 13.8663),
        },
        {**common, "variant": "pca", "metric": "eigenvalue_sum_gap", "value": 1e-15},
        {**common, "variant": "pca", "metric": "cpu_seconds", "value": 1.0},
    ]  # fmt: skip
    rows += dying_relu(changes) + regularization(changes) + initialization(changes)
    rows += mechanical_solver(dataset, changes) + uniformity(changes) + wgan(changes)
    rows += [
        {
            "study": "ensemble", "variant": "loop", "width": width, "depth": depth,
            "metric": metric, "value": value,
        }
        for width, depth, ratio in (
            (4, 8, changes.get("ratio_8_4", 80.0)), (32, 6, changes.get("ratio_6_32", 20.0)),
        )
        for metric, value in (
            ("ratio", ratio), ("smallest_ratio", ratio - 1), ("largest_ratio", ratio + 1),
        )
    ]  # fmt: skip
    return metrics_table(rows).to_pandas()


def dying_relu(changes: dict) -> list[dict]:
    """A hundred networks, four of them alive, and one estimate at birth."""
    common = {"study": "dying_relu", "variant": "birth", "width": 4, "depth": 8}
    birth = {
        "born_dead_probability": changes.get("birth", 0.25), "born_dead_low": 0.24,
        "born_dead_high": 0.26, "lower_bound": 0.16, "upper_bound": 0.36, "networks": 10_000,
    }  # fmt: skip
    rows = [{**common, "metric": metric, "value": value} for metric, value in birth.items()]
    for variant, function in (("he_normal", "runge"), ("published", "absolute")):
        common = {"study": "dying_relu", "variant": variant, "dataset": f"{function} function"}
        for seed in range(100):
            dead = float(seed >= changes.get("alive", 4))
            rows += [
                {**common, "seed": seed, "metric": "dead", "value": dead},
                {**common, "seed": seed, "metric": "collapsed", "value": dead},
                {
                    **common, "seed": seed, "metric": "offset",
                    "value": changes.get("offset", 1e-6) if dead else 0.5,
                },
            ]  # fmt: skip
    return rows


def regularization(changes: dict) -> list[dict]:
    """Forty noise seeds with two networks each; `l1`, … is the worst twentieth of them."""
    rows = []
    for method, error in (("none", 0.045), ("l1", 0.045), ("l2", 0.046), ("dropout", 0.040)):
        common = {"study": "regularization", "variant": method}
        for seed in range(40):
            value = changes.get(method, error) if seed < 5 else changes.get(f"{method}_all", error)
            rows += [
                {
                    **common, "seed": seed, "initialization_seed": k, "metric": "rel_l2",
                    "value": value,
                }
                for k in range(2)
            ]  # fmt: skip
            mean = changes.get(f"{method}_mean", error) if seed < 2 else error
            rows.append({**common, "seed": seed, "metric": "rel_l2_of_mean", "value": mean})
    seconds = changes.get("small_networks_seconds", 500.0)
    cost = {"study": "regularization", "variant": "l1", "metric": "cpu_seconds"}
    return [*rows, {**cost, "value": seconds, "unit": "CPU s"}]


def initialization(changes: dict) -> list[dict]:
    """Two initializers at two depths."""
    rows = []
    for variant, slope, error in (("xavier_normal", -1.0, 0.18), ("he_normal", 0.0, 0.14)):
        common = {"study": "initialization", "variant": variant}
        slope = changes.get(f"{variant}_slope", slope)
        rows += [
            {**common, "metric": f"second_moment_slope{end}", "value": slope + shift}
            for end, shift in (("", 0.0), ("_low", -0.01), ("_high", 0.01))
        ]
        rows.append({**common, "metric": "second_moment_slope_batches", "value": 16.0})
        rows += [
            {
                **common, "optimizer": "sgd", "depth": depth, "seed": seed,
                "metric": "train_rel_l2",
                "value": changes.get(f"{variant}_{depth}", error),
            }
            for depth in (8, 16)
            for seed in range(3)
        ]  # fmt: skip
    return rows


def mechanical_solver(dataset: str, changes: dict) -> list[dict]:
    """Checks, and three simulated blocks of which the last has its published energy at an early
    step only."""
    common = {"study": "mechanical_solver", "dataset": dataset}
    checks = ("reference_displacement", "reference_energy", "patch_test", "force_difference",
              "stiffness_difference", "imbalance", "rotation_difference")  # fmt: skip
    rows = [
        {**common, "variant": "checks", "element": element, "metric": metric, "value": value}
        for metric in checks
        for element, value in (("P1", 1e-13), ("S2R", changes.get(metric, 1e-13)))
    ]
    simulated = {**common, "variant": "simulated"}
    rows += [
        {**simulated, "metric": "published_difference", "image": image, "load_step": step,
         "value": value}
        for image, step, value in ((0, 12, 0.001), (1, 12, changes.get("energy", -0.001)),
                                   (2, 3, 0.9))
    ]  # fmt: skip
    rows += [
        {**simulated, "metric": "energies", "image": image, "load_step": 12, "value": 1.0}
        for image in range(3)
    ]
    failures, seconds = changes.get("failures", 0.0), changes.get("simulation", 100.0)
    rows.append({**simulated, "metric": "failures", "value": failures})
    return [*rows, {**simulated, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"}]


def uniformity(changes: dict) -> list[dict]:
    """True samples, and one wrong that two measures see, one of which must."""
    common = {"study": "uniformity", "dim": 5}
    headline = {"variant": "floor", "seed": 0, "metric": "headline"}
    rows = [{**common, **headline, "value": changes.get("floor", 0.02)}]
    for measure, names in (("headline", ("sees", "must_see")), ("outside_share", ("sees",))):
        rows += [
            {
                **common, "variant": "shift", "split": measure, "metric": name,
                "value": changes.get(name, 1.0),
            }
            for name in names
        ]  # fmt: skip
    seconds = changes.get("wgan_seconds", 700.0)
    return [*rows, {**common, "metric": "job_cpu_seconds", "value": seconds, "unit": "CPU s"}]


def wgan(changes: dict) -> list[dict]:
    """Ten runs for each task with noise enough, and one with too little; `strays` of them leave
    5 % again, and `late` of them have not reached it."""
    rows = [
        {
            "study": "wgan_speed", "dim": 5, "metric": "gradient_difference",
            "value": changes.get("gradient_difference", 1e-16),
        }
    ]  # fmt: skip
    for dim, seconds in ((5, 0.4), (20, 2.0)):
        for noise_dim, seeds in ((2, 1), (dim, 10)):
            common = {"study": "wgan", "variant": f"uniform{dim}", "dim": dim}
            for seed in range(seeds):
                enough = noise_dim == dim
                late = seed < changes.get("late", 0)
                strays = seed < changes.get("strays", 0)
                headline = changes.get("final", 0.03) if enough else 0.4
                values = {
                    ("reached", "averaged"): enough and not late,
                    ("stays", "averaged"): enough and not (late or strays),
                    ("steps_to_accuracy", "averaged"): 300,
                    ("cpu_seconds_to_accuracy", "averaged"): changes.get("to_5", seconds),
                    ("headline", "final averaged"): headline,
                    ("headline", "final raw"): 0.4,
                }
                rows += [
                    {**common, "noise_dim": noise_dim, "seed": seed, "metric": metric,
                     "split": split, "value": float(value)}
                    for (metric, split), value in values.items()
                ]  # fmt: skip
    return rows


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in judge(table).to_pylist()}


def test_a_good_run_meets_every_claim():
    assert set(verdicts(metrics()).values()) == {"met"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"accuracy": 0.9949}, {"cnn_accuracy_99_5"}),
        ({"accuracy": 0.98}, {"cnn_accuracy_98", "cnn_accuracy_99_5"}),
        ({"autoencoder_30": 4.51}, {"autoencoder_30"}),
        ({"autoencoder_2": 44.0}, {"autoencoder_below_pca"}),
        ({"excess_over_pca": 0.011}, {"linear_autoencoder"}),
        ({"published": 13.88}, {"pca_published"}),
        ({"birth": 0.15}, {"born_dead_bounds"}),
        ({"birth": 0.155}, set()),  # within its interval
        ({"offset": 0.002}, {"dead_is_the_mean"}),
        ({"alive": 10}, {"published_collapse"}),
        ({"l1": 0.06}, {"l1_share"}),
        ({"l2_all": 0.05, "l2": 0.05}, {"l2_median", "l2_share"}),
        ({"dropout_all": 0.042}, {"dropout_median_4_1"}),
        ({"l2_mean": 0.051}, {"l2_mean_share"}),
        ({"xavier_normal_slope": -0.94}, {"xavier_halves"}),
        ({"he_normal_slope": 0.06}, {"he_keeps"}),
        ({"he_normal_16": 0.19}, {"he_below_xavier_sgd"}),
        ({"ratio_8_4": 29.0}, {"ensemble_8_4"}),
        ({"ratio_6_32": 14.0}, {"ensemble_6_32"}),
        ({"small_networks_seconds": 601.0}, {"small_networks_cost"}),
        ({"reference_displacement": 2e-9}, {"mechanical_reference_displacement"}),
        ({"reference_energy": 2e-9}, {"mechanical_reference_energy"}),
        ({"energy": -0.0091}, {"mechanical_energy_mean"}),
        ({"energy": 0.016}, {"mechanical_energy_mean", "mechanical_energy_largest"}),
        ({"patch_test": 2e-9}, {"mechanical_patch_test"}),
        ({"stiffness_difference": 2e-6}, {"mechanical_derivatives"}),
        ({"force_difference": 2e-6}, {"mechanical_derivatives"}),
        ({"imbalance": 2e-8}, {"mechanical_balance"}),
        ({"rotation_difference": 2e-12}, {"mechanical_frame"}),
        ({"failures": 1.0}, {"mechanical_solved"}),
        ({"simulation": 481.0}, {"mechanical_cost"}),
        ({"floor": 0.05}, {"true_samples_pass"}),
        ({"sees": 0.0}, {"known_wrongs"}),
        ({"gradient_difference": 2e-10}, {"penalty_gradient"}),
        ({"strays": 1}, {"uniform5_stays"}),
        ({"strays": 2}, {"uniform5_stays", "uniform20_stays"}),
        ({"late": 5}, {"uniform5_stays", "uniform20_stays"}),
        ({"late": 6}, {f"uniform{d}_{c}" for d in (5, 20) for c in ("stays", "cost")}),
        ({"final": 0.05}, {"uniform5_final", "uniform20_final"}),
        ({"to_5": 1.1}, {"uniform5_cost"}),
        ({"wgan_seconds": 721.0}, {"wgan_cost"}),
    ],
)
def test_each_claim_can_fail(change, failed):
    found = verdicts(metrics(**change))
    assert {name for name, verdict in found.items() if verdict == "not met"} == failed


def test_a_stand_in_says_nothing_about_mnist():
    found = verdicts(metrics(dataset="digits (stand-in for mnist)", accuracy=0.1))
    about_mnist = {claim.id for claim in CLAIMS if claim.datasets}
    assert {found[name] for name in about_mnist} == {"not evaluated"}
    assert {found[name] for name in found.keys() - about_mnist} == {"met"}


def test_published_fields_say_nothing_about_a_simulation():
    table = metrics()
    of_solver = table.study == "mechanical_solver"
    found = verdicts(table[~(of_solver & (table.variant == "simulated"))])
    for claim in ("energy_mean", "energy_largest", "solved", "cost"):
        assert found[f"mechanical_{claim}"] == "not evaluated"
    assert found["mechanical_patch_test"] == "met"


def test_what_was_not_computed_is_not_evaluated():
    table = metrics()
    without = table[~((table.variant == "autoencoder") & (table.latent_dim == 30))]
    assert verdicts(without)["autoencoder_30"] == "not evaluated"


LEFT_OUT = {
    "one initialization only": (
        lambda rows: (rows.study == "initialization") & (rows.variant == "xavier_normal"),
        {"xavier_halves", "he_below_xavier_sgd"},
    ),
    "dropout only": (
        lambda rows: rows.variant.isin(["none", "l1", "l2"]),
        {f"{method}_{of}" for method in ("l1", "l2") for of in ("median", "share", "mean_share")},
    ),
    "no regularization only": (
        lambda rows: rows.variant.isin(["l1", "l2", "dropout"]),
        {f"{method}_{of}" for method in ("l1", "l2", "dropout")
         for of in ("median", "share", "mean_share")} | {"dropout_median_4_1"},
    ),
    "too few noise dimensions only": (
        lambda rows: (rows.study == "wgan") & (rows.noise_dim == rows.dim),
        {f"uniform{dim}_{of}" for dim in (5, 20) for of in ("stays", "final", "cost")},
    ),
    "one network only": (
        lambda rows: (rows.study == "dying_relu") & (rows.variant == "published"),
        {"published_collapse"},
    ),
    "other networks in the loop": (
        lambda rows: rows.study == "ensemble",
        {"ensemble_8_4", "ensemble_6_32"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("config", LEFT_OUT)
def test_claims_about_what_a_config_leaves_out_are_not_evaluated(config):
    left_out, unknown = LEFT_OUT[config]
    table = metrics()
    found = verdicts(table[~left_out(table)])
    assert {name for name, verdict in found.items() if verdict == "not evaluated"} == unknown


def test_a_claim_about_a_value_of_nothing_is_not_evaluated():
    table = metrics()
    table.loc[table.metric == "gradient_difference", "value"] = math.nan
    assert verdicts(table)["penalty_gradient"] == "not evaluated"


def test_a_statement_is_built_from_its_threshold():
    claim = next(claim for claim in CLAIMS if claim.id == "cnn_accuracy_99_5")
    assert dataclasses.replace(claim, threshold=99.6).words().endswith("at least 99.6 %")
    assert "{" not in "".join(claim.words() for claim in CLAIMS)


def test_estimates_have_their_number_and_interval():
    rows = {row["id"]: row for row in judge(metrics()).to_pylist()}
    accuracy = rows["cnn_accuracy_98"]
    assert accuracy["n"] == 3
    assert accuracy["estimate"] == pytest.approx(99.7)
    # Student: 4.303 standard errors of 0.1/sqrt(3) on either side.
    assert accuracy["ci_high"] - accuracy["estimate"] == pytest.approx(0.2484, abs=1e-4)
    assert rows["autoencoder_30"]["ci_high"] == pytest.approx(3.8 + 1.96 * 0.02)
    assert math.isnan(rows["cnn_cost"]["ci_low"])
    assert rows["cnn_cost"]["estimate"] == 102.0
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
