"""Copies of the workflow for real Snakemake runs with the tiny config."""

import contextlib
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import yaml

REPOSITORY = Path(__file__).parents[2]
TINY = REPOSITORY / "tests/config/tiny.yaml"
CHECKOUT = ("Snakefile", "config.yaml", "rules", "scripts", "envs", "profiles", "tests/config")

# There are many runs, so each is a fork of a process that has imported Snakemake.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", "snakemake.cli", "pydantic", "smart_open"])


class Done(NamedTuple):
    """The exit status and the output of a run."""

    returncode: int
    output: str


@dataclass
class Checkout:
    """A copy of the workflow that a test may change, with its own results."""

    folder: Path

    def copy(self, folder: Path) -> "Checkout":
        """A copy in `folder`, with the results. Files that only a running Snakemake needs, or that
        Python compiles, are left out, because other tests may be running in the original."""

        def passing(of: str, names: list[str]) -> set[str]:
            of_runs = {"locks", "log", "scripts"} if Path(of).name == ".snakemake" else set()
            return (of_runs | {"__pycache__"}) & set(names)

        shutil.copytree(self.folder, folder, symlinks=True, ignore=passing)
        return Checkout(folder)

    def command(self, *arguments: str, config: Path | None = None) -> list[str | Path]:
        """The command `snakemake` with these arguments and the tiny config, or another one."""
        config = config or self.folder / "tests/config/tiny.yaml"
        return [Path(sys.executable).with_name("snakemake"), *arguments, "--configfile", config]

    def run(self, *arguments: str, config: Path | None = None) -> Done:
        """Run `snakemake` with these arguments."""
        _, *command = self.command(*arguments, config=config)
        with tempfile.NamedTemporaryFile("r") as output:
            given = (command, self.folder, dict(os.environ), output.name)
            forked = FORKS.Process(target=_snakemake, args=given)
            forked.start()
            forked.join()
            return Done(forked.exitcode, output.read())

    def stale(self, *targets: str, config: Path | None = None) -> dict[str, int]:
        """The number of jobs of each rule that a dry run lists."""
        status, said = self.run("-n", *targets, config=config)
        assert status == 0, said
        return job_counts(said)

    def jobs(self, config: Path) -> dict[str, dict]:
        """The jobs of `all`, by their first output: rule with its file and script, GPUs, inputs,
        outputs and params."""
        here, there = FORKS.Pipe(duplex=False)
        forked = FORKS.Process(target=_send_jobs, args=(config, self.folder, there))
        forked.start()
        there.close()
        found = here.recv()
        forked.join()
        return found

    def config_with(self, changes: dict[str, object], file: Path | None = None) -> Path:
        """A file with the tiny config, in which the (dotted) keys of `changes` are set."""
        config = yaml.safe_load(TINY.read_text())
        for path, value in changes.items():
            *sections, key = path.split(".")
            section = config
            for name in sections:
                section = section.setdefault(name, {})
            section[key] = value
        file = file or self.folder / "changed.yaml"
        file.write_text(yaml.safe_dump(config))
        return file


def job_counts(said: str) -> dict[str, int]:
    """The number of jobs of each rule, from the output of a dry run."""
    table = re.search(r"^job +count\n[- ]+\n(.*?)^total", said, re.S | re.M)
    if table is None:
        assert "Nothing to be done" in said, said
        return {}
    counts = dict(re.findall(r"^(\w+) +(\d+)$", table[1], re.M))
    counts.pop("all", None)
    return {rule: int(n) for rule, n in counts.items()}


def _snakemake(arguments: list, folder: Path, environment: dict[str, str], output: str) -> None:
    """Run Snakemake's command line in this process, in `folder`, with its output in a file."""
    from snakemake import cli

    os.chdir(folder)
    os.environ.update(environment)
    with open(output, "w") as stream:
        os.dup2(stream.fileno(), sys.stdout.fileno())
        os.dup2(stream.fileno(), sys.stderr.fileno())
    cli.main([str(argument) for argument in arguments])


def _send_jobs(config: Path, folder: Path, connection: Connection) -> None:
    """Plan `all` with Snakemake's own planner, in this process, and send the jobs."""
    from snakemake.api import SnakemakeApi
    from snakemake.settings.enums import Quietness
    from snakemake.settings.types import (
        ConfigSettings,
        DAGSettings,
        OutputSettings,
        ResourceSettings,
    )

    found = {}
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        workflow = api.workflow(
            ResourceSettings(cores=1), ConfigSettings(configfiles=[config]), workdir=folder
        )
        with contextlib.redirect_stdout(None):
            workflow.dag(DAGSettings(targets={"all"}, forceall=True)).printdag()
        for job in workflow._workflow.dag.jobs:
            files = {"inputs": set(map(str, job.input)), "outputs": set(map(str, job.output))}
            params = {name: repr(value) for name, value in job.params.items()}
            found[min(files["outputs"], default="")] = {
                "rule": job.rule.name, "file": job.rule.snakefile, "script": job.rule.script,
                "gpus": job.resources.get("gpu", 0),
                "params": params, **files,
            }  # fmt: skip
    connection.send(found)


def copy_checkout(folder: Path) -> Checkout:
    """The workflow's own files, as a fresh clone has them."""
    for name in CHECKOUT:
        source = REPOSITORY / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    return Checkout(folder)
