"""The page to play with: what it is given is what PyTorch has, and it stands alone."""

import base64
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from dlse.images.dataset import Dataset, Samples, save_dataset
from dlse.networks.weights import save_weights
from dlse.studies.cnn.network import build_cnn
from dlse.studies.dying_relu.count_born_dead import count
from dlse.studies.explore import exhibits
from dlse.studies.explore.packing import packed, unpacked
from dlse.studies.explore.page import LARGEST, page
from dlse.studies.explore.write_explore import write
from dlse.studies.reconstruction.autoencoder import Autoencoder

DATA = {"images": "images.npy", "labels": "labels.npy", "about": "about.json"}
ABOUT = {"dataset": "small", "noun": "image", "is_preview": False, "is_stand_in": False}


def as_if_trained(network: nn.Module) -> nn.Module:
    """The network with random statistics and scales of both signs in its normalizations."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return network.eval()


@pytest.fixture
def dataset(small) -> Dataset:
    pixels = np.concatenate([small.train_images, small.test_images]) / np.float32(255)
    labels = np.concatenate([small.train_labels, small.test_labels]).astype(np.int64)
    return Dataset("small", False, len(small.train_images), pixels, labels)


@pytest.mark.parametrize("dtype", ["float32", "int16", "uint8"])
def test_an_array_comes_back_as_it_was(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    stored = json.loads(json.dumps(packed(array, dtype)))
    assert unpacked(stored).dtype == dtype
    assert np.array_equal(unpacked(stored), array)


def test_the_layers_of_the_cnn_are_its_arithmetic():
    network = as_if_trained(build_cnn(3, 2)).double()
    x = torch.rand(4, 1, 28, 28, dtype=torch.float64)
    values = x[..., 2:-2, 2:-2]
    layers = exhibits.convolutions(network[:-1])
    assert any((layer["scale"] < 0).any() for layer in layers)
    for layer in layers:
        values = F.conv2d(values, layer["weights"].double(), padding=1)
        values = F.max_pool2d(values, 2) if layer["pools"] else values
        scale, shift = (layer[name].double()[:, None, None] for name in ("scale", "shift"))
        values = (scale * values + shift).relu()
    assert torch.allclose(values.amax((2, 3)), network[:-1](x), atol=1e-12)


def autoencoder() -> Autoencoder:
    basis = torch.linalg.qr(torch.randn(784, 2))[0]
    network = Autoencoder(torch.rand(784), basis, [9, 5])
    for perceptron in (network.encoder, network.decoder):
        nn.init.normal_(perceptron[-1].weight)
    return as_if_trained(network)


def test_the_layers_of_a_decoder_are_its_arithmetic():
    network = autoencoder().double()
    z = torch.randn(4, 2, dtype=torch.float64)
    *hidden, last = exhibits.perceptron(network.decoder)
    values = z
    for layer in hidden:
        values = F.gelu(values @ layer["weights"].T + layer["biases"])
    values = values @ last["weights"].T + last["biases"]
    assert torch.allclose(values, network.decoder(z), atol=1e-12)


def test_features_labels_and_pictures_are_those_of_test_images(dataset, tmp_path):
    network = as_if_trained(build_cnn(3))
    save_weights(network.state_dict(), tmp_path / "cnn", "cnn", {"width": 3, "margin": 0}, "small")
    found = exhibits.digit(dataset, str(tmp_path / "cnn"))
    images = torch.from_numpy(dataset.images[100:])
    assert np.array_equal(unpacked(found["labels"]), dataset.labels[100:])
    with torch.no_grad():
        features = network[:-1](images[:, None]).numpy()
    error = unpacked(found["features"]) * found["feature_unit"] - features
    assert 0 < np.abs(error).max() <= found["feature_unit"]
    exact = unpacked(found["exact"]) / np.float32(255)
    assert np.array_equal(exact, dataset.images[100:][: len(exact)])
    assert "other images" in found["caution"]
    as_mnist = exhibits.digit(replace(dataset, name="mnist"), str(tmp_path / "cnn"))
    assert as_mnist["caution"] == ""
    sprite = Image.open(io.BytesIO(base64.b64decode(found["sprite"].partition(",")[2])))
    assert sprite.size == (40 * 28, 28)
    pixels = np.asarray(sprite).reshape(28, 40, 28).transpose(1, 0, 2)
    assert np.array_equal(pixels[:30], np.rint(255 * dataset.images[100:]))


def test_codes_are_those_of_images_that_were_held_out(dataset, tmp_path):
    network = autoencoder()
    settings = {"hidden_widths": [9, 5]}
    save_weights(network.state_dict(), tmp_path / "model", "autoencoder", settings, "small")
    samples = Samples("small", "1", 1, 100, dataset.images.reshape(-1, 784))
    found = exhibits.latent(samples, dataset.labels, str(tmp_path / "model"), 0.2, 5)
    held_out = samples.split(0.2, 5)[1]
    x = torch.from_numpy(samples.x[held_out])
    assert np.array_equal(unpacked(found["labels"]), dataset.labels[held_out])
    with torch.no_grad():
        assert np.allclose(unpacked(found["codes"]), network.encode(x), atol=1e-5)
    linear = (x - network.mean) @ network.basis
    assert np.allclose(unpacked(found["pca_codes"]), linear, atol=1e-5)


@pytest.mark.parametrize(("widths", "is_there"), [([2, 4], True), ([3], False)])
def test_an_estimate_is_that_of_the_network_of_the_task_or_none(widths, is_there, tmp_path):
    count(widths, 9, 400, 1, "cpu", str(tmp_path / "birth.parquet"))
    found = exhibits.relu(str(tmp_path / "birth.parquet"), {"steps": 10})
    assert (found["estimate"] is not None) == is_there
    if is_there:
        low, high = found["bounds"]
        assert low - 0.1 < found["estimate"]["value"] < high + 0.1
        assert found["estimate"]["networks"] == 400


def test_a_step_without_a_solution_is_marked(tmp_path):
    fields = np.random.default_rng(0).normal(size=(2, 12, 28, 28, 2)).astype(np.float32)
    fields[1, 9:] = np.nan
    bitmaps = np.zeros((2, 28, 28), np.uint8)
    bitmaps[:, 0] = 255
    np.savez(tmp_path / "blocks.npz", bitmaps=bitmaps, uniaxial_extension=fields)
    labels = np.array([7, 2, 1])
    found = exhibits.blocks(str(tmp_path / "blocks.npz"), "uniaxial_extension", labels)
    stored = unpacked(found["displacements"])
    assert (stored[1, 9:] == found["no_value"]).all()
    solved = np.isfinite(fields)
    assert (stored[solved] != found["no_value"]).all()
    error = np.abs(stored * found["unit"] - fields)[solved]
    assert error.max() <= 0.51 * found["unit"]
    assert (unpacked(found["pixels"])[:, -1] == 255).all()  # rows from the bottom
    assert found["labels"] == [7, 2]
    assert len(found["loads"]) == 13


@pytest.fixture
def exhibited(small, tmp_path, monkeypatch) -> dict[str, dict]:
    """Exhibits of small networks, as arguments of `write`; the images are in the same folder."""
    monkeypatch.chdir(tmp_path)
    save_dataset(small, *DATA.values())
    network = as_if_trained(build_cnn(2))
    save_weights(network.state_dict(), "cnn", "cnn", {"width": 2, "margin": 0}, "small")
    save_weights(
        autoencoder().state_dict(), "two", "autoencoder", {"hidden_widths": [9, 5]}, "small"
    )
    count([3], 2, 100, 1, "cpu", "birth.parquet")
    np.savez("blocks.npz", bitmaps=np.zeros((1, 28, 28)), shear=np.ones((1, 10, 28, 28, 2)))
    return {
        "digit": {"files": {"model": "cnn"}, "settings": {}},
        "latent": {"files": {"model": "two"}, "settings": {"test_fraction": 0.2, "seed": 1}},
        "relu": {"files": {"birth": "birth.parquet"}, "settings": {"schedule": {"steps": 10}}},
        "blocks": {"files": {"solved": "blocks.npz"}, "settings": {"case": "shear"}},
    }


@pytest.mark.parametrize("left", [["digit", "latent", "relu", "blocks"], ["relu"], []])
def test_the_page_holds_the_exhibits_that_it_is_given(exhibited, left):
    write(DATA, {name: exhibited[name] for name in left}, is_preview=True, html="explore.html")
    html = Path("explore.html").read_text()
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S)[1])
    assert data.pop("about") == ABOUT | {"is_preview": True}
    assert list(data) == left


def test_the_page_stands_alone_and_nothing_can_end_its_data_early():
    html = page(
        ABOUT, {"digit": {"missing": "</script><b>"}, "latent": {"missing": "Not “there”."}}
    )
    assert "</script><b>" not in html
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S)[1])
    assert data["digit"]["missing"] == "</script><b>"
    assert data["latent"]["missing"] == "Not “there”."
    outside_of_d3 = re.sub(r"<script>\n// https://d3js.org.*?</script>", "", html, flags=re.S)
    assert len(outside_of_d3) < len(html)
    assert not re.search(r"https?:|\burl\(['\"]?/|\bimport\b", outside_of_d3)
    assert set(re.findall(r"(?:src|href)=\"([^#\"]+)", outside_of_d3)) == {"report.html"}
    assert "/* data */" not in html
    assert "<!-- scripts -->" not in html


def test_what_would_make_the_page_too_large_is_left_out():
    exhibit = {"large": "x" * 3_000_000}
    html = page(ABOUT, {"digit": exhibit, "latent": exhibit, "relu": {"small": 1}})
    assert len(html.encode()) <= LARGEST
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S)[1])
    assert data["digit"] == exhibit
    assert "too large" in data["latent"]["missing"]
    assert data["relu"] == {"small": 1}
