"""The jobs that train networks leave no tensor on the CPU, and ask for a GPU."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.distributed._tools.mem_tracker import MemTracker

from dlse.images.dataset import save_dataset
from dlse.networks.ensemble import Perceptron, member_bytes
from dlse.networks.ensemble_training import Member, Schedule, training_bytes
from dlse.networks.oscillatory import OSCILLATORY
from dlse.networks.training import fit
from dlse.networks.weights import load_weights, save_weights
from dlse.studies.cnn import evaluate, evaluate_long, search
from dlse.studies.cnn import train as cnn_train
from dlse.studies.cnn.network import Settings, build_cnn
from dlse.studies.cnn.rank import rank_cnn
from dlse.studies.dying_relu import count_born_dead
from dlse.studies.dying_relu import train as dying_relu_train
from dlse.studies.dying_relu.networks import train_networks
from dlse.studies.dying_relu.runge import RUNGE
from dlse.studies.initialization import choose as initialization_choose
from dlse.studies.initialization import measure
from dlse.studies.initialization import train as initialization_train
from dlse.studies.reconstruction import fit_pca, refine_codes
from dlse.studies.reconstruction import train as reconstruction_train
from dlse.studies.regularization import choose as regularization_choose
from dlse.studies.regularization import sweep
from dlse.studies.regularization import train as regularization_train
from dlse.studies.regularization.networks import Recipe
from dlse.studies.regularization.networks import fit as regularized
from dlse.studies.wgan import train as wgan_train
from dlse.workflow.tables import read_settings, read_table
from support.fake_gpu import FAKE, fake_gpu
from support.tiers import thorough

CNN = {
    "width": 2, "learning_rate": 0.01, "weight_decay": 0.05, "augmentation": 1.0,
    "label_smoothing": 0.05, "batch_size": 50,
}  # fmt: skip
AUTOENCODER = {"hidden_widths": [6, 4], "learning_rate": 0.006, "weight_decay": 0.05,
               "batch_size": 50, "epochs": 2, "augmentation": 0.3}  # fmt: skip
RECIPE = Recipe(
    width=6, depth=2, initialization="spread_kinks", scaled_inputs=True, steps=3,
    learning_rate=0.004, beta2=0.99, batches=2, warmup=0.05, decay=0.6,
)  # fmt: skip
WGAN = {
    "critic_widths": [8, 4], "generator_widths": [8], "steps": 4, "critic_steps": 2,
    "batch_size": 16, "penalty": 0.3, "critic_learning_rate": 0.01,
    "generator_learning_rate": 0.002, "averaging": 20,
}  # fmt: skip


@pytest.fixture(scope="module")
def files(small, tmp_path_factory) -> Path:
    """A folder with normalized images, PCA of them, a CNN and a plain autoencoder."""
    folder = tmp_path_factory.mktemp("files")
    save_dataset(small, *(folder / name for name in ("images.npy", "labels.npy", "about.json")))
    fit_pca.fit(
        folder / "images.npy", folder / "about.json", "reconstruction", 0, 0.2,
        folder / "pca.safetensors", folder / "pca.parquet",
    )  # fmt: skip
    save_weights(
        build_cnn(2).state_dict(), folder / "cnn.safetensors", "cnn", {"width": 2}, "small"
    )
    return folder


@pytest.fixture
def images(files) -> dict[str, str]:
    return {
        "images": files / "images.npy",
        "labels": files / "labels.npy",
        "about": files / "about.json",
    }


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Results go to a folder of the test's own, and an epoch of few samples has few batches."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dlse.networks.training.fitting_batch_size", lambda size, n: size)


def train_cnn(images, precision: str = "float32") -> None:
    cnn_train.train(
        images, Settings(**CNN, epochs=1), 0, precision, FAKE, "cnn.safetensors", "cnn.parquet",
        averaging=0.1,
    )  # fmt: skip


@pytest.mark.parametrize("precision", ["float32", pytest.param("bfloat16", marks=thorough)])
def test_the_cnn_trains(images, precision):
    with fake_gpu():
        train_cnn(images, precision)
    assert read_settings("cnn.parquet")["precision"] == precision
    assert read_settings("cnn.parquet")["device"] == FAKE
    assert all(
        block.device.type == "cpu" for block in load_weights("cnn.safetensors").state.values()
    )


def test_the_cnn_is_searched_for_and_evaluated(images, files):
    with fake_gpu():
        for without in ("", "schedule"):
            search.search_cnn(
                images, {**CNN, "epochs": 1}, without, 0, 60, 0.2, 0, [1], "float32", FAKE,
                f"trial{without}.parquet",
            )  # fmt: skip
        rank_cnn(["trial.parquet"], "ranking.parquet")
        train_cnn(images)
        models = {0: files / "cnn.safetensors"}
        evaluate.evaluate(
            images, models, ["cnn.parquet"], ["ranking.parquet"], ["trialschedule.parquet"], FAKE,
            *(f"{name}.parquet" for name in ("metrics", "curves", "search", "predictions")),
        )  # fmt: skip
        evaluate_long.evaluate(images, models, ["cnn.parquet"], FAKE, "long.parquet")
    assert read_settings("trial.parquet") == {"precision": "float32", "device": FAKE}
    assert len(read_table("predictions.parquet")) == 30


@pytest.mark.parametrize(
    "network", ["autoencoder", pytest.param("plain_autoencoder", marks=thorough)]
)
def test_autoencoders_train_and_their_codes_are_refined(files, network):
    samples = (files / "images.npy", files / "about.json")
    with fake_gpu():
        reconstruction_train.train(
            *samples, files / "pca.safetensors", "reconstruction", network, 3, AUTOENCODER, 0, None,
            "float32", FAKE, "model.safetensors", "metrics.parquet",
        )  # fmt: skip
        refine_codes.refine(
            *samples, "model.safetensors", network, 0, 2, FAKE, "refined.parquet"
        )  # fmt: skip
    assert read_settings("metrics.parquet")["precision"] == "float32"
    assert read_settings("refined.parquet") == {"device": FAKE}


@pytest.mark.parametrize("residual", [False, True])
def test_the_networks_of_task_2_train(residual):
    settings = {"width": 4, "depth": 3, "function": "runge", "residual": residual}
    schedule = {"learning_rate": 0.003, "steps": 3}
    with fake_gpu():
        dying_relu_train.train(
            "name", settings, schedule, list(range(3)), FAKE, "metrics.parquet", "functions.npy"
        )


def test_the_networks_that_are_born_dead_are_counted():
    with fake_gpu():
        count_born_dead.count([2], 3, 10, 0, FAKE, "birth.parquet")


@pytest.mark.parametrize("method", ["none", "l1", "l2", "dropout"])
def test_the_networks_of_task_3_train(method):
    with fake_gpu():
        regularization_train.train(
            "regularization", method, RECIPE, method, 0.3, [0, 1], 2, FAKE, "metrics.parquet",
            "functions.npy",
        )  # fmt: skip


def test_the_strengths_of_task_3_are_chosen_and_swept():
    with fake_gpu():
        regularization_choose.choose_strength(
            "l1", RECIPE, "l1", [0.1, 0.2], [0, 1], 2, FAKE, "choice.parquet", "cost.parquet"
        )
        sweep.sweep(RECIPE, "dropout", [0, 0.1], [0, 1], FAKE, "sweep.parquet")
    for table in ("choice.parquet", "cost.parquet", "sweep.parquet"):
        assert read_settings(table)["device"] == FAKE


def test_the_networks_of_task_4_are_measured_and_train():
    names = ["xavier_normal", "he_normal"]
    with fake_gpu():
        measure.measure(names, 4, [2, 3], 8, FAKE, "birth.parquet")
        initialization_choose.choose_rates(
            4, 3, names, {"sgd": [0.005], "adam": [0.002, 0.004]}, 3, [0, 1], FAKE, "choice.parquet"
        )
        initialization_train.train(
            4, 3, names, 3, [0, 1], "choice.parquet", FAKE, "metrics.parquet"
        )


@pytest.mark.parametrize(
    ("output", "one_sided"),
    [
        ("fold", True),
        pytest.param("linear", True, marks=thorough),
        pytest.param("linear", False, marks=thorough),
        pytest.param("tanh", False, marks=thorough),
    ],
)
def test_wgans_train(output, one_sided):
    recipe = {**WGAN, "output": output, "one_sided": one_sided}
    with fake_gpu():
        wgan_train.train(
            "run", 2, 2, recipe, [0, 1], 2, 1, 64, FAKE, "metrics.parquet", "model.safetensors"
        )
    assert read_settings("metrics.parquet")["device"] == FAKE


def bytes_each(memory: MemTracker, members: list[Member]) -> float:
    """The most that the tensors on the GPU took while it was tracked."""
    return memory.get_tracker_snapshot("peak")[torch.device(FAKE)]["Total"] / len(members)


@pytest.mark.parametrize("residual", [False, pytest.param(True, marks=thorough)])
def test_a_member_needs_what_stacks_reserve_for_it(residual):
    network, schedule = Perceptron(4, 8, residual=residual), Schedule(3)
    members = [Member(seed, 0.01) for seed in range(200)]
    with fake_gpu(2**40), MemTracker() as memory:
        train_networks(network, RUNGE, range(200), 0.01, schedule, FAKE)
    reserved = member_bytes(network, RUNGE.points)
    reserved += training_bytes(network, members, RUNGE.points, schedule)
    assert bytes_each(memory, members) <= reserved <= 1.5 * bytes_each(memory, members)


@thorough
@pytest.mark.parametrize("recipe", [RECIPE, replace(RECIPE, width=96, depth=4, batches=1)])
@pytest.mark.parametrize(("method", "strength"), [("none", 0.0), ("l1", 0.1), ("dropout", 0.3)])
def test_regularization_needs_no_more_than_stacks_reserve(recipe, method, strength):
    recipe = replace(recipe, steps=34)  # draws orders and dropped units anew
    members = [recipe.member(method, strength, f"{seed}.0") for seed in range(10)]
    x, data = OSCILLATORY.x(), OSCILLATORY.data(range(10))
    with fake_gpu(2**40), MemTracker() as memory:
        regularized(recipe, members, x, data, OSCILLATORY.test()[0], FAKE)
    reserved = member_bytes(recipe.network(), len(x) // recipe.batches)
    reserved += training_bytes(recipe.network(), members, len(x), recipe.schedule())
    assert bytes_each(memory, members) <= reserved


def test_a_tensor_on_the_other_device_is_found():
    x = torch.ones(200, 3, device=FAKE)
    model = nn.Linear(3, 1).to(FAKE)
    weights = torch.ones(50, 1)

    def trained(factor: torch.Tensor, places) -> None:
        fit(
            model, lambda batch: (factor * model(x[places(batch)])).sum(), 200, epochs=1,
            batch_size=50, learning_rate=0.1, weight_decay=0.1, seed=0, watch=dict,
        )  # fmt: skip

    with fake_gpu():
        trained(weights.to(FAKE), lambda batch: batch)
        with pytest.raises(RuntimeError, match="tensors on both devices"):
            trained(weights, lambda batch: batch)
        with pytest.raises(RuntimeError, match=r"index\.Tensor of tensors on both devices"):
            trained(weights.to(FAKE), lambda batch: batch.cpu())
        with pytest.raises(TypeError, match="to numpy"):
            x.numpy()
