"""Runs that are killed, and runs that meet one another."""

import contextlib
import io
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.checkout import Checkout, copy_checkout
from support.costs import without_costs
from support.tiers import SEED, sampled, tiered

# Rules that a run is made to begin with, each with many jobs after it.
BEGINNINGS = (
    ("prepare_images",),
    ("train_dying_relu", "train_wgan", "train_cnn"),
    ("train_regularized", "train_initialization", "simulate_blocks"),
    ("train_autoencoder", "evaluate_cnn", "gather_metrics"),
)


def start(checkout: Checkout, *arguments: str) -> subprocess.Popen:
    """`snakemake all` on four cores, in a process group of its own; it writes to run.log."""
    log = open(checkout.folder / "run.log", "w")  # noqa: SIM115 (the process keeps it)
    return subprocess.Popen(
        checkout.command("--cores", "4", "all", *arguments),
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


def wait_for_jobs(checkout: Checkout, run: subprocess.Popen) -> list[int]:
    """The processes of its jobs, as soon as there are any."""
    while not (jobs := jobs_of(run.pid)):
        assert run.poll() is None, (checkout.folder / "run.log").read_text()
        time.sleep(0.05)
    return jobs


def end(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def metrics(checkout: Checkout) -> pa.Table:
    return without_costs(pq.read_table(checkout.folder / "results/metrics.parquet"))


def test_a_run_killed_again_and_again_ends_with_the_same_metrics(
    finished, checkout, record_property
):
    """SIGKILL, in turns of the whole run, of one job and of Snakemake alone; then `snakemake`.

    Each run begins in another part of the workflow, so that none comes to its end before.
    """
    moments = random.Random(SEED)
    killed = dict.fromkeys(("run", "job", "snakemake"), 0)
    for kill in range(tiered(2, 9)):
        what = list(killed)[kill % 3]
        run = start(checkout, "--forcerun", *BEGINNINGS[kill % len(BEGINNINGS)])
        try:
            wait_for_jobs(checkout, run)
            time.sleep(moments.uniform(0, 2))
            if what == "job":
                jobs = wait_for_jobs(checkout, run)
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
    assert checkout.run("--cores", "4", "all").returncode == 0
    assert metrics(checkout).equals(metrics(finished))
    for what, count in killed.items():
        record_property(f"kills survived: {what}", count)


def test_a_second_run_in_the_same_folder_is_refused_and_a_dry_run_is_not(checkout):
    first = start(checkout, "--forcerun", "train_cnn")
    try:
        wait_for_jobs(checkout, first)
        second = checkout.run("--cores", "1", "all", "--forcerun", "train_cnn")
        planned = checkout.run("-n", "all")
        assert first.poll() is None, (checkout.folder / "run.log").read_text()
        assert second.returncode != 0
        assert f"another run is at work in {checkout.folder}; wait until" in second.output
        assert planned.returncode == 0
    finally:
        end(first.pid)
        first.wait()
    assert checkout.run("results/cnn/seed0/model.safetensors").returncode == 0


def another_version(content: bytes) -> bytes:
    """A Parquet file as another version of the workflow would write it."""
    table = pq.read_table(io.BytesIO(content))
    changed = io.BytesIO()
    metadata = {**table.schema.metadata, b"schema_version": b"0"}
    pq.write_table(table.replace_schema_metadata(metadata), changed)
    return changed.getvalue()


DAMAGES = {
    "cut in half": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "something else": lambda content: b"words " * 99,
    "another version": another_version,
}


@pytest.mark.parametrize(
    ("file", "target"),
    sampled(
        [
            ("data/processed/images.npy", "results/reconstruction/seed0/pca.safetensors"),
            ("data/processed/images.json", "results/reconstruction/seed0/pca.safetensors"),
            (
                "results/reconstruction/seed0/pca.safetensors",
                "results/metrics/reconstruction.parquet",
            ),
            ("results/metrics/cnn.parquet", "results/metrics.parquet"),
            ("results/metrics.parquet", "results/claims.parquet"),
            ("results/cnn/seed0/model.safetensors", "results/metrics/cnn.parquet"),
            (
                "results/wgan/uniform5/noise5/block0.safetensors",
                "results/wgan/assessed.parquet",
            ),
            ("results/wgan/samples.npz", "results/wgan_samples.png"),
        ],
        each=1,
    ),
)
def test_a_damaged_file_is_named_and_made_anew_once_deleted(damaged, file, target, record_property):
    path = damaged.folder / file
    content = path.read_bytes()
    tables = file.endswith(".parquet")
    for damage in list(DAMAGES)[: None if tables else -1]:
        path.write_bytes(DAMAGES[damage](content))
        failed = damaged.run(target)
        assert failed.returncode != 0
        version = damage == "another version"
        said = "was written by another version" if version else "is damaged"
        assert f"Error: {file} {said}" in failed.output
        assert "Traceback" not in failed.output
    path.unlink()
    assert damaged.run(target).returncode == 0
    assert damaged.stale(target) == {}
    record_property("damaged files named", 3 + tables)


@pytest.fixture(scope="module")
def damaged(finished, tmp_path_factory) -> Checkout:
    """A copy of the finished run, of which one file at a time is damaged."""
    folder = tmp_path_factory.mktemp("damaged") / "copy"
    return finished.copy(folder)


@contextlib.contextmanager
def mounted(folder: Path, *arguments: str):
    """`folder` with something mounted on it."""
    done = subprocess.run(["mount", *arguments, folder], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("only root can mount the small and the read-only disk of this test")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(tmp_path):
    checkout = copy_checkout(tmp_path)
    (checkout.folder / "data").mkdir()
    targets = ("data/processed/images.npy", "results/reconstruction/seed0/pca.safetensors")
    with mounted(checkout.folder / "data", "-t", "tmpfs", "-o", "size=200k", "tmpfs"):
        failed = checkout.run(*targets)
        assert failed.returncode != 0
        assert "Error: data/processed/images.npy could not be written (" in failed.output
        assert "Traceback" not in failed.output
        assert not list((checkout.folder / "data").rglob("*.npy"))
        command = ["mount", "-o", "remount,size=100m", checkout.folder / "data"]
        subprocess.run(command, check=True)
        assert checkout.run(*targets).returncode == 0


def test_a_folder_that_cannot_be_written_is_named_and_another_one_does(tmp_path):
    checkout = copy_checkout(tmp_path / "checkout")
    (tmp_path / "elsewhere").mkdir()
    target = "results/wgan/uniform5/noise5/block0.parquet"
    with mounted(checkout.folder, "--bind", "-o", "ro", checkout.folder):
        failed = checkout.run(target)
        assert failed.returncode != 0
        assert f"{checkout.folder} cannot be written (Read-only file system)" in failed.output
        assert "Traceback" not in failed.output
        assert checkout.run(target, "--directory", tmp_path / "elsewhere").returncode == 0
    assert (tmp_path / "elsewhere" / target).exists()
    (checkout.folder / "results").mkdir()
    with mounted(checkout.folder / "results", "--bind", "-o", "ro", checkout.folder / "results"):
        failed = checkout.run(target)
        assert failed.returncode != 0
        assert "Failed to create output directory results/wgan" in failed.output
        assert "Traceback" not in failed.output
