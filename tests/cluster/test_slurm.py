"""The tiny workflow on a real Slurm, whose jobs are canceled, lost and killed for their memory."""

import re
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from support.checkout import Checkout, copy_checkout
from support.costs import without_costs
from support.tiers import thorough

pytestmark = [
    thorough,
    pytest.mark.xdist_group("slurm"),  # there is one
]
GREEDY = "fit_peers"  # the rule whose job first asks for less memory than it needs


def on_slurm(checkout: Checkout, *arguments: str) -> subprocess.Popen:
    """`snakemake --profile profiles/slurm` with these arguments; it writes to run.log."""
    with open(checkout.folder / "run.log", "w") as log:
        return subprocess.Popen(
            checkout.command("--profile", "profiles/slurm", *arguments),
            cwd=checkout.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def test_a_run_on_slurm_survives_faults_and_equals_the_local_one(
    slurm, finished, tmp_path, record_property
):
    """One job is canceled, one loses its node, one exceeds its memory."""
    checkout = copy_checkout(tmp_path / "run")
    faults = {
        "train_wgan": lambda job: slurm.ask("scancel", job["id"]),
        "search_cnn": lambda job: slurm.lose(job["node"]),
    }
    hit = {GREEDY: None}
    memory = f"{GREEDY}:mem_mb=100 if attempt == 1 else 1500"
    run = on_slurm(checkout, "all", "--set-resources", memory)
    while run.poll() is None:
        for job in slurm.running():
            for rule in [rule for rule in faults if f"rule_{rule}_" in job["comment"]]:
                faults.pop(rule)(job)
                hit[rule] = job["id"]
        time.sleep(0.3)
    log = (checkout.folder / "run.log").read_text()
    assert run.returncode == 0, log[-5000:]
    states = slurm.states()
    greedy = [job for job, (_, comment) in states.items() if f"rule_{GREEDY}_" in comment]
    hit[GREEDY] = min(greedy, key=int)
    assert {rule: states[job][0] for rule, job in hit.items()} == {
        GREEDY: "FAILED",
        "train_wgan": "CANCELLED",
        "search_cnn": "NODE_FAIL",
    }, log
    local = pq.read_table(finished.folder / "results/metrics.parquet")
    there = pq.read_table(checkout.folder / "results/metrics.parquet")
    assert without_costs(there).equals(without_costs(local))
    assert checkout.stale() == {}
    record_property("jobs on Slurm", len(re.findall("has been submitted with SLURM jobid", log)))
    record_property("faults on Slurm survived", len(hit))
