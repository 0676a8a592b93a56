"""The environments agree, and everything in them is used."""

import re

import yaml

from support.checkout import REPOSITORY

ENVS = REPOSITORY / "envs"
IMPORTED_AS = {
    "scikit-learn": "sklearn",
    "tqdm": "progressbar=True",
    "pyyaml": "yaml",
    "pytest": "pytest",
    "pytest-xdist": "PYTEST_XDIST_WORKER",
    "snakemake-executor-plugin-slurm": "executor: slurm\n",
    "snakemake-executor-plugin-cluster-generic": "executor: cluster-generic\n",
}
COMMANDS = {"ruff", "snakefmt", "snakemake"}


def pins(text: str) -> dict[str, str]:
    found = re.findall(r"^\s*-?\s*([A-Za-z0-9_.-]+)(?:\[\w+\])?==(\S+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def test_the_lock_and_the_conda_environment_have_what_is_asked_for():
    text = (ENVS / "requirements.txt").read_text()
    asked, lock = pins(text), pins((ENVS / "requirements.lock").read_text())
    assert asked.items() <= lock.items()
    to_run = pins(text.split("# to test")[0])
    conda = yaml.safe_load((ENVS / "dlse.yaml").read_text())
    assert pins("\n".join(conda["dependencies"][-1]["pip"])) == to_run
    assert lock["torch"] == "2.13.0"


def test_each_dependency_is_used():
    patterns = ("scripts/**/*.py", "tests/**/*.py", "profiles/*/config.yaml")
    files = [path for pattern in patterns for path in REPOSITORY.glob(pattern)]
    text = "\n".join(path.read_text() for path in files)
    for name in pins((ENVS / "requirements.txt").read_text()):
        used = IMPORTED_AS.get(name, name)
        imported = re.search(rf"^\s*(import|from) {used}\b", text, re.MULTILINE)
        assert imported or used in text or name in COMMANDS, f"{name} is not used"


def test_nothing_that_is_loaded_can_run_code():
    unsafe = r"torch\.load\(|\bpickle\.|allow_pickle=True|yaml\.(?:unsafe_|full_)?load\("
    unsafe += r"|extractall|unpack_archive|(?<![.\w])(?:eval|exec)\(|shell=True"
    sources = [*REPOSITORY.glob("rules/*.smk"), *REPOSITORY.glob("scripts/**/*.py")]
    assert len(sources) > 50
    for path in (REPOSITORY / "Snakefile", *sources):
        assert re.findall(unsafe, path.read_text()) == [], path.name


def test_the_sources_of_data_are_folders_or_encrypted():
    sources = yaml.safe_load((REPOSITORY / "config.yaml").read_text())["data"]["sources"]
    assert all(source.startswith("https://") for source in sources if "://" in source)
