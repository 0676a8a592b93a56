"""Run the whole workflow on one device."""

import shutil
import tempfile
from pathlib import Path

from dlse.studies.devices.energy import Energy
from dlse.workflow.fresh_run import FreshRun, available_cores
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics
from dlse.workflow.whole_files import whole_file


def run_all(
    snakefile: str, settings: dict, raw: str, device: str, jobs: int, metrics: str, claims: str
) -> None:
    """Run `all`, from the data on, in an empty folder and on all cores, with at most so many `jobs`
    on the GPU at the same time. Write its wall and CPU time and its energy; copy its table of
    claims to `claims`."""
    cores = available_cores()
    with tempfile.TemporaryDirectory() as name:
        run = FreshRun(snakefile, {**settings, "device": device}, raw, Path(name))
        run.snakemake("data/processed/images.npy", "--cores", str(cores))
        with Energy() as energy:
            wall, cpu = run.snakemake(
                "all", "--cores", str(cores), "--resources", f"gpu={jobs}"
            )  # fmt: skip
        with whole_file(claims) as beside:
            shutil.copy(run.folder / "results/claims.parquet", beside)
        n = len(run.jobs())
    variant = device if jobs == 1 else f"{device}, {jobs} jobs at once"
    rows = Metrics("devices", "all", variant=variant, device=device, cores=cores)
    rows.add("wall_seconds", wall, "s")
    rows.add("cpu_seconds", cpu, "CPU s")
    rows.add("cpu_energy", energy.cpu, "J")
    rows.add("gpu_energy", energy.gpu, "J")
    rows.add("jobs", n)
    rows.write(metrics, {"device": device})


if __name__ == "__main__":
    with job(snakemake.log[0]):
        run_all(
            **snakemake.params.settings,
            device=snakemake.wildcards.device,
            jobs=int(snakemake.wildcards.jobs),
            **snakemake.output,
        )
