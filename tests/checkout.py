"""Copies of the workflow for real Snakemake runs on the tiny config."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parent.parent
TINY = REPOSITORY / "tests/config/tiny.yaml"
CHECKOUT = ("Snakefile", "config.yaml", "rules", "scripts", "envs", "profiles", "tests/config")


@dataclass
class Checkout:
    """A copy of the workflow that a test may change, with its own results."""

    folder: Path

    def command(self, *arguments: str, config: Path | None = None) -> list[str | Path]:
        """`snakemake` with these arguments, in the tiny config unless another is named."""
        config = config or self.folder / "tests/config/tiny.yaml"
        return [Path(sys.executable).with_name("snakemake"), *arguments, "--configfile", config]

    def run(self, *arguments: str, config: Path | None = None) -> subprocess.CompletedProcess:
        """The end of `snakemake` with these arguments."""
        command = self.command(*arguments, config=config)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        done.output = done.stdout + done.stderr
        return done

    def stale(self, *targets: str, config: Path | None = None) -> dict[str, int]:
        """How many jobs of each rule a dry run would start."""
        done = self.run("-n", *targets, config=config)
        assert done.returncode == 0, done.output
        table = re.search(r"^job +count\n[- ]+\n(.*?)^total", done.output, re.S | re.M)
        if table is None:
            assert "Nothing to be done" in done.output, done.output
            return {}
        counts = dict(re.findall(r"^(\w+) +(\d+)$", table[1], re.M))
        counts.pop("all", None)
        return {rule: int(n) for rule, n in counts.items()}

    def config_with(self, changes: dict[str, object], file: Path | None = None) -> Path:
        """The tiny config with the keys `changes` (dotted) set, as a file."""
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
