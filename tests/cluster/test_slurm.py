"""A few rules on a real Slurm, whose jobs are canceled, lost and killed for their memory."""

import re
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from support import slurm as of_slurm
from support.checkout import copy_checkout
from support.costs import without_costs
from support.tiers import thorough

pytestmark = [thorough, pytest.mark.xdist_group("slurm")]  # there is one
TARGET = "results/metrics/dying_relu.parquet"
GREEDY = "count_born_dead"  # the rule whose job first asks for less memory than it needs


@pytest.fixture
def slurm(tmp_path):
    if reason := of_slurm.missing():
        pytest.skip(reason)
    with of_slurm.Slurm(tmp_path / "slurm") as cluster:
        yield cluster


def test_a_run_on_slurm_survives_faults_and_equals_the_local_one(slurm, tmp_path, record_property):
    """One job exceeds its memory, then one is canceled, then one loses its node."""
    local, there = (copy_checkout(tmp_path / name) for name in ("local", "there"))
    memory = f"{GREEDY}:mem_mb=100 if attempt == 1 else 1500"
    with open(tmp_path / "run.log", "w") as log:
        run = subprocess.Popen(
            there.command("--profile", "profiles/slurm", TARGET, "--set-resources", memory),
            cwd=there.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    hit = {}  # the faults, in their order, and the jobs that they hit
    while run.poll() is None:
        if "memory" not in hit:
            for job, (state, _) in slurm.states().items():
                if state == "FAILED":
                    hit["memory"] = job
        elif victims := [job for job in slurm.running() if job["id"] not in hit.values()]:
            if "canceled" not in hit:
                slurm.ask("scancel", victims[0]["id"])
                hit["canceled"] = victims[0]["id"]
            elif "lost" not in hit:
                slurm.lose(victims[0]["node"])
                hit["lost"] = victims[0]["id"]
        time.sleep(0.3)
    log = (tmp_path / "run.log").read_text()
    assert run.returncode == 0, log[-5000:]
    states = slurm.states()
    assert {fault: states[job][0] for fault, job in hit.items()} == {
        "memory": "FAILED",
        "canceled": "CANCELLED",
        "lost": "NODE_FAIL",
    }, log
    assert f"rule_{GREEDY}" in states[hit["memory"]][1]
    assert there.stale(TARGET) == {}
    assert local.run("--cores", "2", TARGET).returncode == 0
    tables = [pq.read_table(checkout.folder / TARGET) for checkout in (local, there)]
    assert without_costs(tables[0]).equals(without_costs(tables[1]))
    record_property("jobs on Slurm", len(re.findall("has been submitted with SLURM jobid", log)))
    record_property("faults on Slurm survived", len(hit))
