"""The tiny workflow on a real Grid Engine, where a job is deleted and a node loses its power."""

import re
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from support.checkout import REPOSITORY, copy_checkout
from support.costs import without_costs
from support.grid_engine import wait_until
from support.tiers import thorough

pytestmark = [thorough, pytest.mark.xdist_group("grid engine")]  # there is one
STATUS = REPOSITORY / "profiles/cluster-generic/sge_status.sh"


def test_a_run_on_grid_engine_survives_faults_and_equals_the_local_one(
    finished, grid_engine, tmp_path, record_property
):
    """A lost node comes back when its job has been given up."""
    checkout = copy_checkout(tmp_path / "run")
    command = checkout.command("--profile", "profiles/cluster-generic", "all")
    faults = {
        "train_wgan": lambda job: grid_engine.ask("qdel", job["number"]),
        "search_cnn": lambda job: grid_engine.lose(job["node"]),
    }
    hit = {}
    with open(checkout.folder / "run.log", "w") as log:
        run = subprocess.Popen(
            grid_engine.command_on("head", *command, folder=checkout.folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    while run.poll() is None:
        for job in grid_engine.jobs():
            rule, node = job["rule"], job["node"]
            if rule in faults and job["state"] == "r":
                faults.pop(rule)(job)
                hit[rule] = job["number"]
            elif rule == "search_cnn" and job["state"] == "dr" and node not in grid_engine.machines:
                grid_engine.start_node(node)
        time.sleep(0.3)
    log = (checkout.folder / "run.log").read_text()
    assert run.returncode == 0, log[-5000:]
    ends = grid_engine.ends()
    assert {rule: ends[job] for rule, job in hit.items()} == {
        "train_wgan": "100 : assumedly after job",
        "search_cnn": "19  : before writing exit_status",
    }, log
    assert grid_engine.unknown_queues() == []
    local = pq.read_table(finished.folder / "results/metrics.parquet")
    there = pq.read_table(checkout.folder / "results/metrics.parquet")
    assert without_costs(there).equals(without_costs(local))
    assert checkout.stale() == {}
    submitted = re.findall(r"^Submitted job .* with external jobid '(\d+)'", log, re.MULTILINE)
    assert set(hit.values()) < set(submitted) <= set(ends)
    record_property("jobs on Grid Engine", len(submitted))
    record_property("faults on Grid Engine survived", len(hit))


def test_a_job_that_cannot_start_has_failed(grid_engine):
    """Grid Engine keeps such a job in an error state."""
    nowhere = ("-o", "/no/such/folder/")
    job = grid_engine.ask("qsub", "-terse", *nowhere, "-b", "y", "true").strip()
    wait_until(lambda: [job["state"] for job in grid_engine.jobs()] == ["Eqw"])
    assert grid_engine.ask(str(STATUS), job) == "failed\n"
    assert grid_engine.jobs() == []


@pytest.mark.parametrize(("status", "meaning"), [(0, "success\n"), (1, "failed\n")])
def test_a_job_that_ends_says_how(grid_engine, status, meaning):
    template = STATUS.with_name("sge_job.sh").read_text()
    script = grid_engine.folder / "job.sh"
    script.write_text(template.format(properties="", exec_job=f"exit {status}"))
    (grid_engine.folder / "logs/cluster").mkdir(parents=True, exist_ok=True)
    job = grid_engine.ask("qsub", "-terse", "-cwd", "-S", "/bin/sh", str(script)).strip()
    wait_until(lambda: grid_engine.jobs() == [])
    assert grid_engine.ask(str(STATUS), job) == meaning
    assert list((grid_engine.folder / "logs/cluster").glob(f"{job}.exit*")) == []


def test_a_master_that_does_not_answer_does_not_end_a_job(grid_engine):
    elsewhere = "SGE_QMASTER_PORT=9"
    assert grid_engine.ask("env", elsewhere, str(STATUS), "99") == "running\n"
    assert not (grid_engine.folder / "logs/cluster/99.gone").exists()
