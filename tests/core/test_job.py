"""What a job does for its body besides logging."""

import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from dlse.workflow.job import job

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

with job(sys.argv[1]):
    np.ones(2**22)
    before = faults()
    for _ in range(10):
        np.ones(2**22)  # 32 MiB
    print(faults() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mallopt is part of glibc")
def test_freed_memory_is_used_again(tmp_path):
    """Ten blocks in succession cost fewer page faults than the pages of one."""
    log = tmp_path / "log"
    subprocess.run([sys.executable, "-c", FAULTS, str(log)], check=True)
    assert int(log.read_text().splitlines()[0]) < 2**22 * 8 / 4096
