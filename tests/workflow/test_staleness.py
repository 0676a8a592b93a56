"""What changes makes stale what depends on it, and nothing else."""

import yaml

from support.checkout import TINY

# What follows the studies, whatever changed in one.
END = {"gather_metrics": 1, "judge_claims": 1, "write_report": 1}
CNN_FIGURES = {
    "plot_cnn_accuracy": 1, "plot_cnn_search": 1, "plot_cnn_confusion": 1, "plot_cnn_mistakes": 1,
}  # fmt: skip
DYING_RELU = {
    "evaluate_dying_relu": 1, "plot_dying_relu": 1, "plot_dying_relu_birth": 1,
    "plot_dying_relu_remedies": 1, **END,
}  # fmt: skip
REGULARIZATION = {
    "evaluate_regularization": 1, "plot_regularization": 1, "plot_regularization_fits": 1, **END,
}  # fmt: skip
REGULARIZATION_CHOICE = {"evaluate_regularization_choice": 1, "plot_regularization_choice": 1}
INITIALIZATION = {
    "evaluate_initialization": 1, "plot_initialization": 1, "plot_initialization_curves": 1,
    "plot_initialization_theory": 1, **END,
}  # fmt: skip
WGAN = {
    "assess_wgan": 1, "evaluate_wgan": 1, "plot_wgan_uniform5": 1, "plot_wgan_uniform20": 1,
    "plot_wgan_training": 1, "plot_wgan_cost": 1, **END,
}  # fmt: skip
ERROR_FIGURES = {
    "plot_pca_ae_curve": 1, "plot_linear_autoencoder": 1, "plot_pca_ae_curve_mechanical": 1,
    "plot_spectrum": 1,
}  # fmt: skip


def test_a_second_run_does_nothing(finished):
    done = finished.run("--cores", "2", "all")
    assert done.returncode == 0
    assert "Nothing to be done" in done.output


def test_a_bare_touch_makes_nothing_stale(checkout):
    for path in checkout.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            path.touch()
    assert checkout.stale() == {}


def test_another_clone_with_the_results_copied_in_has_nothing_to_do(finished, tmp_path):
    assert finished.copy(tmp_path / "elsewhere").stale() == {}


def test_one_more_latent_dimension_trains_one_more_autoencoder_of_each_data_and_no_cnn(checkout):
    changed = checkout.config_with({"reconstruction.latent_dims": [2, 3, 8]})
    assert checkout.stale(config=changed) == {
        "train_autoencoder": 3, "train_linear_autoencoder": 1, "evaluate_reconstruction": 1,
        "evaluate_mechanical": 1, "evaluate_bitmaps": 1, **ERROR_FIGURES, **END,
    }  # fmt: skip


def test_one_more_seed_trains_one_more_cnn_and_no_autoencoder(checkout):
    changed = checkout.config_with({"cnn.seeds": [0, 1, 2]})
    expected = {"train_cnn": 1, "evaluate_cnn": 1, **CNN_FIGURES, **END}
    assert checkout.stale(config=changed) == expected


def test_other_dropout_rates_retrain_dropout_alone(checkout):
    changed = checkout.config_with({"regularization.methods.dropout.strengths": [0.01, 0.05]})
    assert checkout.stale(config=changed) == {
        "choose_regularization": 1, "train_regularized": 1,
        **REGULARIZATION_CHOICE, **REGULARIZATION,
    }  # fmt: skip


def test_more_noise_seeds_add_jobs_and_rerun_none(checkout):
    changed = checkout.config_with({"regularization.noise_seeds": 6})
    # Two blocks more, of each of four methods and of the peers.
    expected = {"train_regularized": 8, "fit_peers": 2, **REGULARIZATION}
    assert checkout.stale(config=changed) == expected


def test_more_networks_of_one_variant_add_jobs_and_rerun_none(checkout):
    tiny = yaml.safe_load(TINY.read_text())
    variants = tiny["dying_relu"]["variants"]
    variants[1]["networks"] += tiny["dying_relu"]["networks_per_job"]
    changed = checkout.config_with({"dying_relu.variants": variants})
    assert checkout.stale(config=changed) == {"train_dying_relu": 1, **DYING_RELU}


def test_thousands_of_seeds_are_thousands_of_jobs_and_rerun_none(checkout):
    changed = checkout.config_with({"initialization.seeds": 8004})
    # 2,001 blocks of each of two depths, of which one is done.
    assert checkout.stale(config=changed) == {"train_initialization": 4000, **INITIALIZATION}


def test_more_seeds_and_depths_of_task_4_add_jobs_and_rerun_none(checkout):
    changed = checkout.config_with({"initialization.seeds": 8})
    assert checkout.stale(config=changed) == {"train_initialization": 2, **INITIALIZATION}


def test_more_seeds_and_noise_dimensions_of_a_wgan_add_jobs_and_rerun_none(checkout):
    runs = yaml.safe_load(TINY.read_text())["wgan"]["runs"]
    runs[0] |= {"seeds": 8, "noise_dims": [2, 5, 7]}
    changed = checkout.config_with({"wgan.runs": runs})
    # One block more of two noise dimensions, two of the new one.
    expected = {"train_wgan": 4, "plot_wgan_samples5": 1, **WGAN}
    assert checkout.stale(config=changed) == expected


def test_a_figure_can_be_asked_for_alone_and_without_cores(finished):
    target = "results/pca_ae_curve.png"
    (finished.folder / "elsewhere").mkdir(exist_ok=True)
    done = finished.run(target, "-n", "--directory", "elsewhere")
    assert done.returncode == 0
    assert "plot_pca_ae_curve" in done.output
    assert "cnn" not in done.output
