"""Runs that are killed, and runs that meet one another."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from checkout import Checkout, copy_checkout
from dlse.tables import without_costs

KILLS = 20


def start(checkout: Checkout, *arguments: str) -> subprocess.Popen:
    """`snakemake all` on two cores, in a process group of its own; it writes to run.log."""
    log = open(checkout.folder / "run.log", "w")  # noqa: SIM115 (the process keeps it)
    return subprocess.Popen(
        checkout.command("--cores", "2", "all", *arguments),
        cwd=checkout.folder,
        start_new_session=True,
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def jobs_of(group: int) -> list[int]:
    """The processes of a group that run a script of the workflow."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            command, pid = (entry / "cmdline").read_bytes(), int(entry.name)
            if os.getpgid(pid) == group and b"/scripts/tmp" in command:
                found.append(pid)
    return found


def end(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def metrics(checkout: Checkout) -> pa.Table:
    return without_costs(pq.read_table(checkout.folder / "results/metrics.parquet"))


def test_a_run_killed_again_and_again_ends_with_the_same_metrics(finished, tmp_path):
    """SIGKILL, in turns of the whole run, of Snakemake alone and of one job; then `snakemake`."""
    checkout = copy_checkout(tmp_path / "run")
    moments = random.Random(0)
    killed = {"run": 0, "snakemake": 0, "job": 0}
    for kill in range(KILLS):
        what = list(killed)[kill % 3]
        run = start(checkout)
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(3 + moments.uniform(0, 4))
            if run.poll() is not None:
                break  # all is done
            if what == "job":
                while not (jobs := jobs_of(run.pid)):
                    time.sleep(0.05)
                    assert run.poll() is None, (checkout.folder / "run.log").read_text()
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    os.kill(moments.choice(jobs), signal.SIGKILL)
                run.wait()  # Snakemake sees it, and stops
            elif what == "snakemake":
                run.kill()
            killed[what] += 1
        finally:
            if what != "snakemake":
                end(run.pid)
            run.wait()
    assert checkout.run("--cores", "2", "all").returncode == 0
    assert metrics(checkout).equals(metrics(finished))
    assert min(killed.values()) >= 3, killed
    print(f"survived: {killed}")


def test_a_second_run_in_the_same_folder_is_refused_and_does_no_harm(checkout):
    first = start(checkout, "--forcerun", "train_cnn")
    try:
        while first.poll() is None and not jobs_of(first.pid):
            time.sleep(0.1)
        second = checkout.run("--cores", "1", "all", "--forcerun", "train_cnn")
        assert first.poll() is None, (checkout.folder / "run.log").read_text()
        assert second.returncode != 0
        assert "LockException" in second.output
    finally:
        first.wait()
    assert first.returncode == 0
    assert checkout.stale() == {}


def test_locks_of_a_dead_run_are_removed_and_those_of_a_live_one_stay(checkout):
    locks = checkout.folder / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text("results/metrics.parquet\n")
    hold = "import sys; sys.path.insert(0, 'scripts'); from pathlib import Path; import time\n"
    hold += "from dlse.run_lock import hold_run; held = hold_run(Path('.snakemake'))\n"
    hold += "print(flush=True); time.sleep(600)"
    command = [sys.executable, "-c", hold]
    holder = subprocess.Popen(command, cwd=checkout.folder, stdout=subprocess.PIPE)
    holder.stdout.readline()
    assert not list(locks.glob("*.lock"))  # no other run was there
    (locks / "0.output.lock").write_text("results/metrics.parquet\n")
    assert checkout.run("results/metrics.parquet", "--forceall").returncode != 0
    assert list(locks.glob("*.lock"))
    holder.kill()
    holder.wait()
    assert checkout.run("results/metrics.parquet").returncode == 0
    assert not list(locks.glob("*.lock"))


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("results/metrics/cnn.parquet", "results/metrics.parquet"),
        ("results/metrics.parquet", "results/claims.parquet"),
        ("results/cnn/seed0/model.safetensors", "results/metrics/cnn.parquet"),
        ("results/wgan/uniform5/noise5/block0.safetensors", "results/wgan/uniform5/panel.parquet"),
    ],
)
@pytest.mark.parametrize("damage", ["cut in half", "empty", "something else"])
def test_a_damaged_file_is_named_and_made_anew_once_deleted(checkout, file, target, damage):
    path = checkout.folder / file
    content = path.read_bytes()
    half = content[: len(content) // 2]
    path.write_bytes({"cut in half": half, "empty": b"", "something else": b"words " * 99}[damage])
    failed = checkout.run(target)
    assert failed.returncode != 0
    assert f"Error: {file} is damaged" in failed.output
    assert "Traceback" not in failed.output
    path.unlink()
    assert checkout.run(target).returncode == 0
    assert checkout.stale(target) == {}
