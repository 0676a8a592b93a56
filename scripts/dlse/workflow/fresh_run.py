"""Run the whole workflow in an empty folder, and measure what it takes."""

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import yaml

from dlse.workflow.errors import UserError
from dlse.workflow.took import Took, read_took


class Cost(NamedTuple):
    """What a command takes, together with all processes that it starts."""

    wall: float  # s
    cpu: float  # CPU s


class FreshRun:
    """The workflow with its results in `folder`, which is empty.

    settings: the validated config. raw: a folder with the user's own data, or where there is none.
    """

    def __init__(self, snakefile: str, settings: dict, raw: str, folder: Path) -> None:
        self.folder = folder
        self._config = folder / "settings.yaml"
        self._command = [
            sys.executable, "-m", "snakemake", "--snakefile", snakefile, "--directory", str(folder)
        ]  # fmt: skip
        settings = yaml.safe_dump(_with_absolute_folders(settings))
        self._config.write_text(settings, encoding="utf-8")
        if Path(raw).exists():
            shutil.copytree(raw, folder / "data/raw")

    def snakemake(self, *arguments: str) -> Cost:
        """Run `snakemake` with these arguments. Raises a `UserError` if it fails."""
        command = [*self._command, *arguments, "--configfile", str(self._config)]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise UserError(f"`{' '.join(command[2:])}` failed:\n{done.stderr[-2000:]}")
        print(f"{wall:.1f} s: {' '.join(command[2:])}")
        return Cost(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

    def jobs(self) -> list[Took]:
        """What each job took, by its log."""
        logs = [read_took(path.read_text()) for path in (self.folder / "logs").rglob("*.log")]
        return [took for took in logs if took is not None]


def available_cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


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
