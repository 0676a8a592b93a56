"""What changes makes stale what depends on it, and nothing else."""

import yaml

from support.checkout import TINY

# What follows the studies, whatever changed in one.
END = {"gather_metrics": 1, "judge_claims": 1, "write_report": 1}


def computed(checkout, changes: dict) -> dict[str, int]:
    """How many jobs of each rule other settings make stale, without those that draw."""
    stale = checkout.stale(config=checkout.config_with(changes))
    return {rule: n for rule, n in stale.items() if not rule.startswith("plot_")}


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


def test_one_more_latent_dimension_trains_one_more_autoencoder_of_each_seed_and_no_cnn(checkout):
    changes = {"reconstruction.latent_dims": [2, 3, 8]}
    expected = {"train_autoencoder": 2, "evaluate_reconstruction": 1, **END}
    assert computed(checkout, changes) == expected


def test_one_more_seed_trains_one_more_cnn_and_no_autoencoder(checkout):
    changes = {"cnn.seeds": [0, 1, 2]}
    expected = {"train_cnn": 1, "evaluate_cnn": 1, **END}
    assert computed(checkout, changes) == expected


def test_other_dropout_rates_retrain_the_recipe_with_dropout_alone(checkout):
    changes = {"regularization.methods.dropout.strengths": [0.01, 0.05]}
    assert computed(checkout, changes) == {
        # Dropout and its control, whose strengths are chosen together.
        "choose_regularization": 1, "train_regularized": 2, "evaluate_regularization": 1,
        "move_jump": 1, **END,
    }  # fmt: skip


def test_more_noise_seeds_add_jobs_and_rerun_none(checkout):
    changes = {"regularization.noise_seeds": 6}
    # Two blocks more, of each of five variants and of the ablation.
    assert computed(checkout, changes) == {
        "train_regularized": 10, "train_ablation": 2, "move_jump": 1,
        "evaluate_regularization": 1, "evaluate_regularization_ablation": 1, **END,
    }  # fmt: skip


def test_more_networks_of_one_variant_add_jobs_and_rerun_none(checkout):
    tiny = yaml.safe_load(TINY.read_text())
    variants = tiny["dying_relu"]["variants"]
    variants[1]["networks"] += tiny["dying_relu"]["networks_per_job"]
    changes = {"dying_relu.variants": variants}
    assert computed(checkout, changes) == {"train_dying_relu": 1, "evaluate_dying_relu": 1, **END}


def test_thousands_of_seeds_are_thousands_of_jobs_and_rerun_none(checkout):
    changes = {"initialization.seeds": 4004}
    # 1,001 blocks of each of two depths, of which one is done.
    assert computed(checkout, changes) == {
        "train_initialization": 2000,
        "evaluate_initialization": 1,
        **END,
    }


def test_more_seeds_and_depths_of_task_4_add_jobs_and_rerun_none(checkout):
    changes = {"initialization.seeds": 8}
    assert computed(checkout, changes) == {
        "train_initialization": 2,
        "evaluate_initialization": 1,
        **END,
    }


def test_more_seeds_and_noise_dimensions_of_a_wgan_add_jobs_and_rerun_none(checkout):
    runs = yaml.safe_load(TINY.read_text())["wgan"]["runs"]
    runs[0] |= {"seeds": 8, "noise_dims": [2, 5, 7]}
    changes = {"wgan.runs": runs}
    # One block more of two noise dimensions, two of the new one.
    expected = {"train_wgan": 4, "assess_wgan": 1, "evaluate_wgan": 1, "write_explore": 1, **END}
    assert computed(checkout, changes) == expected


def test_a_figure_can_be_asked_for_alone_and_without_cores(finished, tmp_path):
    target = "results/pca_ae_curve.png"
    done = finished.run(target, "-n", "--directory", str(tmp_path))
    assert done.returncode == 0
    assert "plot_pca_ae_curve" in done.output
    assert "cnn" not in done.output
