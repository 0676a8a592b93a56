"""Jobs ask for a GPU where they will use one, and each uses another one."""

import re
from types import SimpleNamespace

import pytest
import torch

from dlse.networks import hardware
from dlse.networks.ensemble import Perceptron, stacks
from dlse.networks.hardware import claim_gpu, free_memory, resolve_device, resolve_precision
from dlse.workflow.gpus import gpus_for
from support.checkout import REPOSITORY, copy_checkout
from support.tiers import thorough


@pytest.mark.parametrize(
    ("device", "nodes_have_gpus", "torch_version", "has_driver", "asked"),
    [
        ("cpu", True, "2.13.0", True, 0),
        ("cuda", None, "2.13.0+cpu", False, 1),  # planned here, run on a cluster
        ("cuda", False, "2.13.0", False, 1),
        ("auto", None, "2.13.0", True, 1),
        ("auto", None, "2.13.0", False, 0),
        ("auto", None, "2.13.0+cpu", True, 0),
        ("auto", True, "2.13.0+cpu", False, 1),
        ("auto", False, "2.13.0", True, 0),
    ],
)
def test_a_gpu_is_asked_for_where_it_is_used(
    monkeypatch, device, nodes_have_gpus, torch_version, has_driver, asked
):
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/nvidia-smi" if has_driver else None)
    assert gpus_for(device, nodes_have_gpus, torch_version) == asked


@thorough
@pytest.mark.parametrize("device", ["cuda", "auto", "cpu"])
def test_the_jobs_with_a_device_ask_for_a_gpu(tmp_path, device):
    checkout = copy_checkout(tmp_path / "copy")
    config = checkout.config_with({"device": device, "nodes_have_gpus": True})
    asked = {(job["rule"], "device" in job["params"]): job["gpus"]
             for job in checkout.jobs(config).values()}  # fmt: skip
    on_device = {rule for rule, has_device in asked if has_device}
    assert {"ablate_cnn", "search_cnn_further", "train_autoencoder", "train_wgan"} < on_device
    for (rule, has_device), gpus in asked.items():
        assert gpus == int(has_device and device != "cpu"), rule


def test_the_rules_with_a_device_ask_for_a_gpu():
    """Also those that `all` does not run."""
    for path in REPOSITORY.glob("rules/*.smk"):
        for rule in re.split(r"^(?=rule |use rule )", path.read_text(), flags=re.M):
            has_device = 'device=SETTINGS["device"]' in rule
            assert ("gpu=GPUS" in rule) == has_device, rule.splitlines()[0]


@pytest.fixture
def two_gpus(monkeypatch, tmp_path) -> list[int]:
    """Two GPUs, with 1 GB in all and 0.6 GB free, of which a process uses 0.1 GB and keeps 0.2 GB.
    Receives the numbers of those that are taken."""
    taken = []
    fake = {
        "is_available": lambda: True,
        "device_count": lambda: 2,
        "get_device_properties": lambda gpu: SimpleNamespace(uuid=f"GPU-{gpu}"),
        "set_device": taken.append,
        "mem_get_info": lambda: (6 * 10**8, 10**9),
        "memory_reserved": lambda: 2 * 10**8,
        "memory_allocated": lambda: 10**8,
    }
    for name, function in fake.items():
        monkeypatch.setattr(f"torch.cuda.{name}", function)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", torch.backends.cudnn.allow_tf32)
    claim_gpu.cache_clear()
    yield taken
    if claim_gpu.cache_info().currsize:
        claim_gpu().close()
    claim_gpu.cache_clear()


def test_each_job_takes_another_gpu_and_they_share_only_if_they_must(two_gpus):
    claims = [claim_gpu.__wrapped__() for _ in range(5)]
    assert two_gpus == [0, 1, 0, 1, 0]
    claims[1].close()  # its job has ended
    claims.append(claim_gpu.__wrapped__())
    assert two_gpus[-1] == 1
    for claim in claims:
        claim.close()


def test_a_job_takes_one_gpu_and_computes_in_single_precision_there(two_gpus):
    assert [resolve_device(device) for device in ("cpu", "auto", "cuda")] == ["cpu", "cuda", "cuda"]
    assert two_gpus == [0]
    assert not torch.backends.cudnn.allow_tf32


@pytest.mark.parametrize(("native", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_the_precision_is_what_the_device_computes_with(monkeypatch, native, dtype):
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda including_emulation: native)
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"amx_bf16": not native})
    assert resolve_precision("auto", "cuda") == dtype
    assert resolve_precision("auto", "cpu") != dtype
    for device in ("cpu", "cuda"):
        assert resolve_precision("float32", device) == torch.float32
        assert resolve_precision("bfloat16", device) == torch.bfloat16
    assert hardware.format_name(dtype) == ("bfloat16" if native else "float32")


def test_stacks_grow_with_the_memory_of_the_gpu(monkeypatch, two_gpus):
    assert free_memory() == 7 * 10**8
    monkeypatch.setattr("dlse.networks.ensemble.Ensemble.__init__", lambda *args, **of: None)
    monkeypatch.setattr("dlse.networks.ensemble.Ensemble.initialize", lambda *args: None)

    def sizes(members: int, besides: int) -> list[int]:
        found = stacks(Perceptron(4, 8), range(members), 128, "cuda", besides)
        return [part.stop - part.start for part, _ in found]

    assert sizes(500, 0) == [500]
    assert sizes(2000, 0) == [500] * 4
    assert sizes(2000, 10**6) == [200] * 10
    assert sizes(5, 10**12) == [2, 3]
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda: (10**12, 10**12))
    assert sizes(102_400, 0) == [51_200] * 2
