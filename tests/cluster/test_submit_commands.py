"""What profiles/cluster-generic asks a scheduler for, which a stand-in for SGE notes."""

import os

from support.checkout import copy_checkout
from support.tiers import thorough

QSUB = """#!/bin/sh
echo "$*" >> asked
for script; do :; done
JOB_ID=12 nohup sh "$script" > /dev/null 2>&1 &
echo 12
"""
QSTAT = """#!/bin/sh
echo "12 0.5 name user r 12/01/2026 main.q@n1"
"""


@thorough
def test_a_job_is_asked_for_as_the_profile_says_and_its_end_is_seen(tmp_path, monkeypatch):
    checkout = copy_checkout(tmp_path / "run")
    for command, script in (("qsub", QSUB), ("qstat", QSTAT)):
        (tmp_path / command).write_text(script)
        (tmp_path / command).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    target = "results/dying_relu/birth.parquet"
    a_gpu = ("--set-resources", "count_born_dead:gpu=1")
    done = checkout.run("--profile", "profiles/cluster-generic", target, *a_gpu)
    assert done.returncode == 0, done.output
    assert "with external jobid '12'" in done.output
    asked = (checkout.folder / "asked").read_text()
    assert "-r n -N count_born_dead -j y" in asked
    assert "-l mem_free=1200M -l h_rt=0:20:0 -l gpu=1 " in asked
    assert checkout.stale(target) == {}
