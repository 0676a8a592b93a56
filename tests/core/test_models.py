"""Trained networks come back from their files as they were."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

import dlse
from dlse.networks.weights import save_weights
from dlse.studies.cnn.network import build_cnn
from dlse.studies.reconstruction.autoencoder import autoencoder_beside
from dlse.studies.reconstruction.pca import fit_pca
from dlse.workflow.errors import UserError
from support.checkout import REPOSITORY


def perturbed(model: torch.nn.Module) -> torch.nn.Module:
    """`model` with weights and running statistics that no constructor makes."""
    stream = torch.Generator().manual_seed(0)
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor += 0.1 * torch.rand(tensor.shape, generator=stream)
    return model.eval()


@torch.no_grad()
def test_a_cnn_comes_back(tmp_path):
    network = perturbed(build_cnn(4, 2))
    settings = {"width": 4, "margin": 2}
    save_weights(network.state_dict(), tmp_path / "x.safetensors", "cnn", settings, "any")
    x = torch.rand(7, 1, 28, 28)
    assert torch.equal(dlse.load_model(tmp_path / "x.safetensors")(x), network(x))


@torch.no_grad()
def test_an_autoencoder_comes_back(tmp_path):
    pca = fit_pca(np.random.default_rng(0).random((60, 30), np.float32))
    network = perturbed(autoencoder_beside(pca, 3, [8, 5]))
    settings = {"hidden_widths": [8, 5]}
    save_weights(network.state_dict(), tmp_path / "x.safetensors", "autoencoder", settings, "any")
    loaded = dlse.load_model(tmp_path / "x.safetensors")
    x = torch.rand(7, 30)
    assert torch.equal(loaded(x), network(x))
    assert loaded.encode(x).shape == (7, 3)


def test_what_is_no_network_is_named(tmp_path):
    path = tmp_path / "x.safetensors"
    with pytest.raises(UserError, match="There is no file"):
        dlse.load_model(path)
    path.write_bytes(b"words")
    with pytest.raises(UserError, match="damaged, or no network of this workflow"):
        dlse.load_model(path)
    safetensors.torch.save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(UserError, match="damaged, or no network of this workflow"):
        dlse.load_model(path)
    save_weights({"x": torch.zeros(1)}, path, "transformer", {}, "any")
    with pytest.raises(UserError, match="unknown kind, 'transformer'"):
        dlse.load_model(path)


def test_what_a_dry_run_imports_imports_neither_torch_nor_pandas():
    scripts = REPOSITORY / "scripts"
    light = [p for name in ("settings", "planning") for p in sorted(scripts.glob(f"*/{name}.py"))]
    modules = [f"dlse.studies.{path.parent.name}.{path.stem}" for path in light]
    code = f"import sys, json, dlse.workflow.config, {', '.join(modules)};" + (
        "print(json.dumps([name for name in ('torch', 'pandas', 'numpy') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={"PYTHONPATH": ":".join(sys.path)})  # fmt: skip
    assert json.loads(done.stdout) == [], done.stderr


def test_the_package_is_installed_where_make_installs(tmp_path):
    """Anybody's script imports it, and the studies, from any folder."""
    if not (Path(sys.prefix) / "bin/.installed").exists():
        pytest.skip("this is not the environment that `make` makes")
    code = "from dlse import load_model; import dlse.studies.cnn.network as n; print(n.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          cwd=tmp_path, env={})  # fmt: skip
    assert done.stdout.strip().endswith("scripts/cnn/network.py"), done.stderr
