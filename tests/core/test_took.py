"""What a job writes about its cost is what the benchmark of the workflow reads."""

import subprocess
import sys

from dlse.workflow.took import Took, read_took
from support.checkout import REPOSITORY


def test_what_is_written_is_read():
    took = Took(1234.5, 2.25, 321.0)
    assert read_took(f"epoch 1\n{took.line()}\n") == took
    assert read_took(f"{Took(1.0, 1.0, 1.0).line()}\n{took.line()}\n") == took
    assert read_took("epoch 1\n") is None


def test_the_log_of_a_job_ends_with_it(tmp_path):
    log = tmp_path / "job.log"
    code = f"from dlse.workflow.job import job\nwith job({str(log)!r}): print('at work')"
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY / "scripts", check=True)
    took = read_took(log.read_text())
    assert took is not None
    assert took.memory > 1  # MiB
