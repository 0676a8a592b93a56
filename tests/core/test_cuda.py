"""The network of each study trains for a few steps on a GPU as on the CPU, where there is a GPU."""

import re

import numpy as np
import pytest
import torch

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.networks.hardware import resolve_device, resolve_precision
from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.cnn.network import Settings, train_cnn
from dlse.studies.reconstruction.pca import fit_pca
from dlse.studies.reconstruction.training import train_autoencoder
from dlse.studies.wgan.networks import Recipe, train_wgan
from dlse.workflow.errors import UserError
from support.checkout import REPOSITORY

HAS_GPU = torch.cuda.is_available()
no_gpu = pytest.mark.skipif(not HAS_GPU, reason="PyTorch finds no CUDA device here")
# On the CPU, so that the tests themselves are tested everywhere.
DEVICES = ["cpu", pytest.param("cuda", marks=[pytest.mark.cuda, no_gpu])]


def cnn(small, device: str) -> list[float]:
    images, labels = map(torch.from_numpy, (small.train_images / 255, small.train_labels))
    settings = Settings(2, 0.01, 0.05, 1.0, 0.05, batch_size=50, epochs=2)
    some = {"some": (images.float(), labels.long())}
    records = train_cnn(settings, 0, *some["some"], some, torch.float32, device)[1]
    return [record["some_loss"] for record in records]


def autoencoder(small, device: str) -> list[float]:
    x = (small.train_images.reshape(-1, 28 * 28) / 255).astype(np.float32)
    settings = {
        "hidden_widths": [6, 4], "learning_rate": 0.006, "weight_decay": 0.05, "batch_size": 50,
        "epochs": 2,
    }  # fmt: skip
    some = torch.from_numpy(x)
    found = train_autoencoder(
        fit_pca(x), 3, settings, 0, some, {"some": some}, torch.float32, device
    )
    return [record["some_error"] for record in found[1]]


def ensemble(small, device: str) -> list[float]:
    members = [
        Member(seed, 0.004, l1=0.01 * seed, l2=0.01, dropout=0.1 * seed) for seed in range(3)
    ]
    schedule = Schedule(5, batches=2)
    x, y = OSCILLATORY.x(), OSCILLATORY.data(range(3))
    stacks = train_stacks(Perceptron(6, 2), members, OSCILLATORY, x, y, schedule, device)
    return [loss for _, _, training in stacks for loss in training.losses.flatten().tolist()]


def wgan(small, device: str) -> list[float]:
    recipe = Recipe((8, 4), (8,), 4, 2, 16, 0.3, 0.01, 0.002, averaging=20)
    losses = []
    train_wgan(
        2, 2, recipe, [0, 1], lambda state: losses.extend(torch.cat(state.loss).tolist()), 1, device
    )
    return losses


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("train", [cnn, autoencoder, ensemble, wgan])
def test_a_network_learns_the_same_on_both_devices(small, train, device):
    resolve_device(device)  # which keeps a GPU's convolutions in single precision
    found = train(small, device)
    assert len(found) >= 2
    assert np.isfinite(found).all()
    assert found == pytest.approx(train(small, "cpu"), rel=1e-3, abs=1e-4)


@pytest.mark.skipif(HAS_GPU, reason="there is a CUDA device")
def test_without_a_gpu_auto_is_the_cpu_and_cuda_is_refused():
    assert resolve_device("auto") == "cpu"
    with pytest.raises(UserError, match="device: cuda is asked for, but PyTorch finds no CUDA"):
        resolve_device("cuda")


@pytest.mark.parametrize(("native", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_the_precision_is_what_the_device_computes_with(monkeypatch, native, dtype):
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda including_emulation: native)
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"amx_bf16": not native})
    assert resolve_precision("auto", "cuda") == dtype
    assert resolve_precision("auto", "cpu") != dtype
    assert resolve_precision("float32", "cuda") == torch.float32


def test_the_rules_with_a_device_ask_for_a_gpu():
    """Also those that `all` does not run."""
    for path in REPOSITORY.glob("rules/*.smk"):
        for rule in re.split(r"^(?=rule |use rule )", path.read_text(), flags=re.M):
            has_device = 'device=SETTINGS["device"]' in rule
            assert ("gpu=GPUS" in rule) == has_device, rule.splitlines()[0]
