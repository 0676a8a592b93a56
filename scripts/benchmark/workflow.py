"""Measure the whole workflow: `all`, from the data on, in an empty folder."""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from dlse.workflow.errors import UserError
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics
from dlse.workflow.took import read_took


def measure(snakefile: str, settings: dict, raw: str, cores: int, metrics: str) -> None:
    """Run `all` on `cores` cores and write its wall and CPU time, the number of jobs, the share of
    CPU time outside their work (to start them, and in Snakemake itself), the largest memory of a
    job, and the wall time of a dry run before it and of a run after it that finds nothing to do."""
    settings = _with_absolute_folders(settings)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "settings.yaml"
        config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        if Path(raw).exists():
            shutil.copytree(raw, folder / "data/raw")
        run = [sys.executable, "-m", "snakemake", "--snakefile", snakefile, "--directory", name,
               "--cores", str(cores)]  # fmt: skip
        options = ["--configfile", str(config)]
        _timed([*run, "data/processed/images.npy", *options])
        dry, _ = _timed([*run, "-n", "all", *options])
        wall, cpu = _timed([*run, "all", *options])
        again, _ = _timed([*run, "all", *options])
        logs = [read_took(path.read_text()) for path in (folder / "logs").rglob("*.log")]
    jobs = [took for took in logs if took is not None]
    overhead = 1 - sum(took.cpu_seconds - took.to_start for took in jobs) / cpu
    rows = Metrics("workflow", "all", variant="all", cores=cores)
    rows.add("wall_seconds", wall, "s")
    rows.add("cpu_seconds", cpu, "CPU s")
    rows.add("overhead_share", overhead)
    rows.add("jobs", len(jobs))
    rows.add("largest_memory", max(took.memory for took in jobs), "MiB")
    rows.add("dry_run_seconds", dry, "s")
    rows.add("nothing_to_do_seconds", again, "s")
    print(
        f"{cores} cores: {wall:.0f} s wall, {cpu:.0f} CPU s, {100 * overhead:.1f} % "
        f"outside the work of {len(jobs)} jobs"
    )
    rows.write(metrics)


def _with_absolute_folders(settings: dict) -> dict:
    """`settings` with the folders in them, which are relative to this one, as absolute paths."""
    data, mechanical = dict(settings["data"]), dict(settings["mechanical"])
    data["sources"] = [s if "://" in s else str(Path(s).resolve()) for s in data["sources"]]
    if data["dataset"] not in ("auto", "mnist", "digits"):
        data["dataset"] = str(Path(data["dataset"]).resolve())
    if mechanical["source"] not in ("simulated", "published"):
        mechanical["source"] = str(Path(mechanical["source"]).resolve())
    mechanical["references"] = str(Path(mechanical["references"]).resolve())
    return {**settings, "data": data, "mechanical": mechanical}


def _timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and of all processes that it starts."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise UserError(f"`{' '.join(command[2:])}` failed:\n{done.stderr[-2000:]}")
    print(f"{wall:.1f} s: {' '.join(command[2:])}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(
            **snakemake.params.settings,
            cores=int(snakemake.wildcards.cores),
            metrics=snakemake.output[0],
        )
