"""Every script and every module, changed one at a time: what reruns is what imports it and what
follows from that, found from the workflow itself."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from checkout import REPOSITORY, Checkout

SCRIPTS = REPOSITORY / "scripts"
FILES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for pattern in ("*.py", "dlse/*.py", "report/*.typ", "report/*.css")
    for path in SCRIPTS.glob(pattern)
)
WITHOUT_EFFECT = {
    "scripts/classify_image.py": "an example for users; no rule runs it",
    "scripts/draw_samples.py": "an example for users; no rule runs it",
    "scripts/check_claims.py": "run by `snakemake check` alone, which always runs",
    "scripts/dlse/config.py": "checks the config; what it lets through stands in the params",
    "scripts/dlse/fingerprint.py": "makes the fingerprints; no job runs it",
    "scripts/dlse/models.py": "opens trained networks for users; no job needs it",
    "scripts/dlse/own_image.py": "reads users' pictures; no job needs it",
    "scripts/dlse/run_lock.py": "guards the run, computes nothing",
}
# In one process: the libraries once, then each script in a fork, which tells what it imported.
IMPORTS = """
import importlib, json, os, sys
import matplotlib.pyplot, pandas, pyarrow.parquet, scipy.stats, sklearn.neighbors, torch, typst
sys.path.insert(0, "scripts")
for name in sys.argv[1:]:
    if os.fork() == 0:
        importlib.import_module(name)
        ours = [m for m in sys.modules.values() if m.__name__.split(".")[0] == "dlse"]
        files = [os.path.relpath(module.__file__) for module in ours]
        print(json.dumps([name, files]), flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def copy(finished, tmp_path_factory) -> Checkout:
    """A copy of the finished run, whose files are changed and put back."""
    folder = tmp_path_factory.mktemp("exact") / "copy"
    shutil.copytree(finished.folder, folder, symlinks=True)
    return Checkout(folder)


@pytest.fixture(scope="module")
def scripts_of_rules() -> dict[str, str]:
    """The script of each rule, as the files of rules say."""
    found = {}
    for path in REPOSITORY.glob("rules/*.smk"):
        blocks = re.split(r"^(?=rule |use rule )", path.read_text(), flags=re.M)
        for block in blocks:
            if script := re.search(r'^rule (\w+):.*?"\.\./(scripts/\w+\.py)"', block, re.S):
                found[script[1]] = script[2]
            if other := re.match(r"use rule (\w+) as (\w+) with", block):
                found[other[2]] = found[other[1]]
    return found


@pytest.fixture(scope="module")
def files_of_scripts() -> dict[str, set[str]]:
    """What each script runs: itself and what Python really imports, and what it reads."""
    names = [path.stem for path in SCRIPTS.glob("*.py")]
    command = [sys.executable, "-c", IMPORTS, *names]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    loaded = dict(json.loads(line) for line in done.stdout.splitlines())
    assert len(loaded) == len(names), done.stderr
    found = {f"scripts/{name}.py": {f"scripts/{name}.py", *files} for name, files in loaded.items()}
    found["scripts/write_report.py"] |= {f for f in FILES if f.startswith("scripts/report/")}
    return found


@pytest.fixture(scope="module")
def followers(copy) -> dict[str, set[str]]:
    """Each rule that `all` needs, with itself and all rules that follow from it."""
    dot = copy.run("all", "--rulegraph", "dot").stdout
    names = dict(re.findall(r'(\d+)\[label = "(\w+)', dot))
    edges = [(names[a], names[b]) for a, b in re.findall(r"(\d+) -> (\d+)", dot)]
    found = {name: {name} for name in names.values()}
    while True:
        grown = {a: found[a].union(*(found[y] for x, y in edges if x == a)) for a in found}
        if grown == found:
            return {name: rules - {"all"} for name, rules in found.items()}
        found = grown


@pytest.mark.parametrize("file", FILES)
def test_a_changed_file_makes_stale_what_runs_it_and_what_follows(
    copy, scripts_of_rules, files_of_scripts, followers, file
):
    running = {r for r, s in scripts_of_rules.items() if file in files_of_scripts[s]}
    expected = set().union(*(followers[rule] for rule in running if rule in followers))
    assert (expected == set()) == (file in WITHOUT_EFFECT)
    path = copy.folder / file
    before = path.read_text()
    try:
        path.write_text(before + "\n")
        assert set(copy.stale()) == expected
    finally:
        path.write_text(before)
