"""Data sets are shown under their own names, and no other takes a name that claims speak of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlse.images.data_names import BLOCK_IMAGES, label_of, own_name, simulated_name
from dlse.images.sources import find_images
from dlse.results.labels import display_name, is_stand_in
from support.published_forms import write_idx


@pytest.mark.parametrize(
    ("dataset", "shown"),
    [
        ("mnist", "MNIST"),
        ("digits", "scikit-learn digits"),
        ("digits (stand-in for mnist)", "scikit-learn digits (stand-in for MNIST)"),
        ("mechanical mnist, simulated", "Mechanical MNIST, simulated"),
        ("mechanical mnist, published", "Mechanical MNIST, published"),
        (
            "mechanical digits, simulated (stand-in for mnist)",
            "Mechanical scikit-learn digits, simulated (stand-in for MNIST)",
        ),
        ("mnist (images of the blocks)", "MNIST (images of the blocks)"),
        ("runge function", "Runge function"),
        ("absolute function", "|x|"),
        ("uniform5", "uniform on [−1, 1]⁵"),
        ("uniform20", "uniform on [−1, 1]²⁰"),
        ("uniform", "uniform on [−1, 1]ᵈ"),
        # Users' own.
        ("my-digits", "my-digits"),
        ("emnist-digits", "emnist-digits"),
        ("uniforms", "uniforms"),
        ("mechanical my-digits, simulated", "Mechanical my-digits, simulated"),
        ("none-of-these", "none-of-these"),
        ("runges", "runges"),
    ],
)
def test_a_data_set_is_shown_under_its_name(dataset, shown):
    assert display_name(dataset) == shown
    assert is_stand_in(dataset) == ("stand-in for MNIST" in shown)


@given(folder=st.text(min_size=1).filter(lambda name: "/" not in name))
def test_a_users_data_set_keeps_its_name_and_takes_no_other(folder):
    name = own_name(folder)
    assert display_name(name) == name
    assert name in (folder, f'"{folder}"')
    assert not is_stand_in(name)
    assert display_name(simulated_name(name)) == f"Mechanical {name}, simulated"
    assert display_name(name + BLOCK_IMAGES) == name + BLOCK_IMAGES


@pytest.mark.parametrize(
    "folder",
    ["mnist", "digits", "uniform5", "runge function", "x (stand-in for mnist)", "mechanical x"],
)
def test_a_name_that_the_workflow_gives_itself_is_quoted(folder, small, tmp_path, monkeypatch):
    write_idx(tmp_path / folder, small, packed=True)
    monkeypatch.chdir(tmp_path)
    found = find_images(f"./{folder}", tmp_path / "raw", [])
    assert found.name == f'"{folder}"'
    assert label_of(found.name, found.is_stand_in) == display_name(found.name)
