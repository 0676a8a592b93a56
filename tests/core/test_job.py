"""What a job does for its body besides logging."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlse.workflow.inherited import hand_down

FAULTS = """
import resource
import numpy as np

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

np.ones(2**22)
before = faults()
for _ in range(10):
    np.ones(2**22)  # 32 MiB
print(faults() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc reads the variables")
def test_freed_memory_is_used_again(monkeypatch):
    """Ten blocks in succession cost fewer page faults than the pages of one."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    hand_down(Path("scripts"))
    command = [sys.executable, "-c", FAULTS]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 2**22 * 8 / 4096


TRAIN = """
import sys
import torch
from dlse.workflow.job import NoCompiler, job

with job(sys.argv[1]):
    for optimizer in (torch.optim.AdamW, torch.optim.Adam, torch.optim.SGD, torch.optim.LBFGS):
        weight = torch.ones(3, requires_grad=True)
        steps = optimizer([weight], lr=0.1)
        weight.square().sum().backward()
        steps.step(lambda: weight.square().sum())
        assert (weight < 1).all()
    torch.optim.swa_utils.AveragedModel(torch.nn.Linear(2, 2))
    assert isinstance(sys.modules["torch._dynamo"], NoCompiler)  # else it was loaded after all
    torch.compiler.reset()
    assert not isinstance(sys.modules["torch._dynamo"], NoCompiler)  # loaded where it is needed
"""


def test_optimizers_do_without_the_compiler(tmp_path):
    """The one use of what PyTorch does not document. It saves about two CPU seconds in each job."""
    log = tmp_path / "log"
    done = subprocess.run([sys.executable, "-c", TRAIN, str(log)], check=False)
    assert done.returncode == 0, log.read_text()
