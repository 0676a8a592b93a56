"""Measure the whole workflow: `all`, from the data on, in an empty folder."""

import tempfile
from pathlib import Path

from dlse.workflow.fresh_run import FreshRun
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def measure(snakefile: str, settings: dict, raw: str, cores: int, metrics: str) -> None:
    """Run `all` on `cores` cores and write its wall and CPU time, the number of jobs, the share of
    CPU time outside their work (to start them, and in Snakemake itself), the largest memory of a
    job, and the wall time of a dry run before it and of a run after it that finds nothing to do."""
    on_cores = ("--cores", str(cores))
    with tempfile.TemporaryDirectory() as name:
        run = FreshRun(snakefile, settings, raw, Path(name))
        run.snakemake("data/processed/images.npy", *on_cores)
        dry = run.snakemake("all", "-n", *on_cores).wall
        wall, cpu = run.snakemake("all", *on_cores)
        again = run.snakemake("all", *on_cores).wall
        jobs = run.jobs()
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


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(
            **snakemake.params.settings,
            cores=int(snakemake.wildcards.cores),
            metrics=snakemake.output[0],
        )
