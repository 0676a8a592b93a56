"""The commands that profiles/cluster-generic documents for schedulers that no test can start: a
stand-in for the scheduler checks what it is asked for, and runs the job."""

import os
import re

import pytest

from support.checkout import Checkout, copy_checkout
from support.tiers import thorough

pytestmark = thorough
SUBMITS = """#!/bin/sh
echo "$*" >> asked
for script; do :; done
nohup "$script" > /dev/null 2>&1 &
echo "{says}"
"""


def choose(scheduler: str, checkout: Checkout) -> None:
    """Put the commented settings for a scheduler into the place of those for SGE."""
    profile = checkout.folder / "profiles/cluster-generic/config.yaml"
    common, sge, *others, rest = re.split(r"\n\n(?=# )", profile.read_text())
    assert sge.startswith("# SGE.")
    [chosen] = [section for section in others if section.startswith(f"# {scheduler},")]
    settings = re.sub(r"^#(?! [A-Z])", "", chosen, flags=re.MULTILINE)
    profile.write_text("\n\n".join([common, settings, rest]))


@pytest.mark.parametrize(
    ("scheduler", "command", "says", "asked"),
    [
        ("PBS", "qsub", "12", "-l walltime=20:00 -l select=1:ncpus=1:mem=1200mb:ngpus=1 "),
        ("LSF", "bsub", "Job <12> is submitted to queue <q1>.", "-M 1200MB -W 20 -gpu num=1 "),
    ],
    ids=["PBS", "LSF"],
)
def test_a_job_is_asked_for_as_documented(scheduler, command, says, asked, tmp_path, monkeypatch):
    checkout = copy_checkout(tmp_path / "run")
    choose(scheduler, checkout)
    (tmp_path / command).write_text(SUBMITS.format(says=says))
    (tmp_path / command).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    target = "results/dying_relu/birth.parquet"
    a_gpu = ("--set-resources", "count_born_dead:gpu=1")
    done = checkout.run("--profile", "profiles/cluster-generic", target, *a_gpu)
    assert done.returncode == 0, done.output
    assert "with external jobid '12'" in done.output
    assert asked in (checkout.folder / "asked").read_text()
    assert checkout.stale(target) == {}
