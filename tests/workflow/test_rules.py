"""The files of rules: what `all` never measures, whose names they use, what of Snakemake."""

import re
import shutil

import pyarrow.parquet as pq
import pytest

from support.checkout import REPOSITORY
from support.long_tables import write_long_tables

RULES = sorted((REPOSITORY / "rules").glob("*.smk"))
SHARED = ("common", "images", "report")
# Run by `snakemake benchmark`, `snakemake devices` and `snakemake long` alone.
LENGTHY = re.compile(r"benchmark_|gather_benchmark|[a-z]+_long_|[a-z_]+_on_device|compare_devices")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"wgan.recipe.batch_size": 64},
        {"benchmark.rounds": 2},
        {"cnn.long.epochs": 2},
        {"reconstruction.long.seeds": [12, 13]},
    ],
    ids=str,
)
def test_all_measures_nothing_that_takes_hours(checkout, change):
    """Whether or not it was measured here before, and whatever changed since."""
    write_long_tables(checkout.folder / "results/long", "digits")
    here = checkout.folder / "results/benchmark"
    here.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "scripts/benchmark/recorded/benchmark.parquet", here.parent)
    module = checkout.folder / "scripts/dlse/workflow/tables.py"
    module.write_text(module.read_text() + "\nCHANGED = True\n")
    stale = checkout.stale(config=checkout.config_with(change))
    assert "write_report" in stale
    assert not [rule for rule in stale if LENGTHY.match(rule)]


def test_long_trainings_are_shown_once_they_are_measured_and_if_the_data_set_is_the_same(checkout):
    assert checkout.run("results/metrics.parquet").returncode == 0
    for dataset, is_shown in (("mnist", False), ("digits", True)):
        write_long_tables(checkout.folder / "results/long", dataset)
        assert set(checkout.stale()) >= {"show_long", "gather_metrics", "write_report"}
        assert checkout.run("--cores", "2", "results/metrics.parquet").returncode == 0
        studies = pq.read_table(checkout.folder / "results/metrics.parquet")["study"].to_pylist()
        assert ({"cnn_long", "reconstruction_long"} <= set(studies)) == is_shown
        assert not {"cnn_long", "reconstruction_long"} & set(studies) or is_shown


def test_a_file_of_rules_names_its_globals_after_its_study():
    """All files share one namespace: a short name in one would change another's."""
    for path in RULES:
        if path.stem in SHARED:
            continue
        names = set(re.findall(r"^([A-Z][A-Z_]*)\b(?=.*=)", path.read_text(), re.M))
        for name in names - {
            "METRICS",
            "LONG",
            "SECTIONS",
            "OVERVIEW",
            "COMPRESSED",
        }:  # all add to these
            assert name.startswith(path.stem.upper()), f"{path.name}: {name}"


def test_wildcards_that_several_studies_use_are_constrained_in_one_place():
    constrained = {}
    for path in RULES:
        for block in re.findall(r"wildcard_constraints:\n((?:    .*\n)+)", path.read_text()):
            for name in re.findall(r"^    (\w+)=", block, re.M):
                assert name not in constrained, f"{name}: {constrained[name]} and {path.name}"
                constrained[name] = path.name
    users = {}
    for path in RULES:
        for block in re.findall(r"^    output:\n((?:        .*\n)+)", path.read_text(), re.M):
            for name in re.findall(r"\{(\w+)\}", block):
                users.setdefault(name, set()).add(path.name)
    assert {"seed", "block", "latent_dim", "noise_dim"} <= set(users)
    for name, files in users.items():
        shared = len(files) > 1
        assert not shared or constrained.get(name) == "common.smk", f"{name}: {files}"


def test_no_more_of_snakemake_s_own_attributes_are_used_than_these():
    """They may change with any release; the version is pinned, and those that are used exist."""
    texts = [path.read_text() for path in (REPOSITORY / "Snakefile", *RULES)]
    used = {name for text in texts for name in re.findall(r"(?<![./\w])workflow\.([\w.]+)", text)}
    assert used == {"basedir", "is_main_process", "local_exec", "scheduler.job_rate_limiter"}
    import snakemake.api  # noqa: F401 (first, else the next two import one another)
    from snakemake.scheduling.job_scheduler import JobScheduler
    from snakemake.workflow import Workflow

    assert isinstance(Workflow.is_main_process, property)
    assert isinstance(Workflow.local_exec, property)
    assert "job_rate_limiter" in JobScheduler.__init__.__code__.co_names
