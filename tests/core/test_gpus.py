"""Jobs ask for a GPU where they will use one."""

import pytest

from dlse.workflow.gpus import gpus_for


@pytest.mark.parametrize(
    ("device", "torch_version", "has_driver", "asked"),
    [
        ("cpu", "2.13.0", True, 0),
        ("cuda", "2.13.0+cpu", False, 1),  # planned here, run on a cluster
        ("auto", "2.13.0", True, 1),
        ("auto", "2.13.0", False, 0),
        ("auto", "2.13.0+cpu", True, 0),
    ],
)
def test_a_gpu_is_asked_for_where_it_is_used(monkeypatch, device, torch_version, has_driver, asked):
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/nvidia-smi" if has_driver else None)
    assert gpus_for(device, torch_version) == asked
