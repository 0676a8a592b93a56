"""Measure the whole workflow: `all` from the data on, in an empty folder."""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from dlse.results.verdicts import MET, NOT_MET
from dlse.workflow.errors import UserError
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_table, write_table
from dlse.workflow.took import read_took


def measure(snakefile: str, settings: dict, raw: str, cores: int, metrics: str) -> None:
    """Write the wall and CPU time of `all` on so many cores, the share of it outside the work of
    jobs (their start, and Snakemake), the largest memory of a job, the claims that are met and
    not, and the wall time of a dry run before and of a run after, which has nothing to do."""
    # Folders are meant from here, not from the empty one.
    data, mechanical = settings["data"], settings["mechanical"]
    data["sources"] = [s if "://" in s else str(Path(s).resolve()) for s in data["sources"]]
    if data["dataset"] not in ("auto", "mnist", "digits"):
        data["dataset"] = str(Path(data["dataset"]).resolve())
    if mechanical["source"] not in ("simulated", "published"):
        mechanical["source"] = str(Path(mechanical["source"]).resolve())
    mechanical["references"] = str(Path(mechanical["references"]).resolve())
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
        verdicts = read_table(folder / "results/claims.parquet")["verdict"].to_pylist()
        took = [read_took(path.read_text()) for path in (folder / "logs").rglob("*.log")]
    jobs = [of for of in took if of is not None]
    work = sum(of.cpu_seconds - of.to_start for of in jobs)
    rows = [
        {"study": "workflow", "dataset": "all", "variant": "all", "cores": cores,
         "metric": metric, "value": value, "unit": unit}
        for metric, value, unit in (
            ("wall_seconds", wall, "s"),
            ("cpu_seconds", cpu, "CPU s"),
            ("overhead_share", 1 - work / cpu, "1"),
            ("jobs", len(jobs), "1"),
            ("claims_met", verdicts.count(MET), "1"),
            ("claims_not_met", verdicts.count(NOT_MET), "1"),
            ("largest_memory", max(of.memory for of in jobs), "MiB"),
            ("dry_run_seconds", dry, "s"),
            ("nothing_to_do_seconds", again, "s"),
        )
    ]  # fmt: skip
    print(f"{cores} cores: {wall:.0f} s wall, {cpu:.0f} CPU s, {100 * (1 - work / cpu):.1f} % "
          f"outside the work of {len(jobs)} jobs")  # fmt: skip
    write_table(metrics_table(rows), metrics)


def _timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and of all that it starts."""
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
