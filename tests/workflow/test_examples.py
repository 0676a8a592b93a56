"""The two examples of how to use trained networks, as a user runs them."""

import subprocess
import sys

import matplotlib.image
import numpy as np
import torch

from dlse import load_model
from dlse.images.digits import digits
from dlse.studies.cnn.network import probabilities
from support.tiers import thorough


def run(checkout, script: str, *arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, f"scripts/{script}", *map(str, arguments)]
    return subprocess.run(command, cwd=checkout.folder, capture_output=True, text=True)


def test_a_picture_is_classified(finished, tmp_path):
    model = load_model(finished.folder / "results/cnn/seed0/model.safetensors")
    image = digits().test_images[3]
    label = probabilities(model, torch.from_numpy(image)[None] / 255).argmax().item()
    matplotlib.image.imsave(tmp_path / "digit.png", 255 - image, cmap="gray", vmin=0, vmax=255)
    done = run(finished, "classify_image.py", tmp_path / "digit.png")
    assert done.stdout.startswith(f"{tmp_path}/digit.png: {label} ("), done.stderr


def test_samples_are_drawn_again_with_the_same_seed(finished, tmp_path):
    for name in ("one.npy", "again.npy", "table.csv"):
        done = run(finished, "draw_samples.py", tmp_path / name, "--n", 50)
        assert "50 samples of 5 coordinates" in done.stdout, done.stderr
    run(finished, "draw_samples.py", tmp_path / "other.npy", "--n", 50, "--seed", 1)
    one, again, other = (np.load(tmp_path / f"{name}.npy") for name in ("one", "again", "other"))
    assert one.shape == (50, 5)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    table = np.loadtxt(tmp_path / "table.csv", delimiter=",", skiprows=1)
    assert np.allclose(one, table, atol=1e-6)


@thorough
def test_mistakes_are_one_sentence(finished, tmp_path):
    cnn = "results/cnn/seed0/model.safetensors"
    for script, arguments, words in (
        ("classify_image.py", ["none.png"], "There is no file none.png"),
        ("classify_image.py", ["x.png", "--model", "nowhere"], "There is no file nowhere"),
        ("draw_samples.py", [tmp_path / "x.csv", "--model", cnn], "holds no generators"),
        ("draw_samples.py", [tmp_path / "x.txt"], "must be .csv or .npy"),
        ("draw_samples.py", [tmp_path / "x.csv", "--member", 99], "--member from 0 to"),
    ):
        done = run(finished, script, *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
