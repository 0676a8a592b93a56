"""The files of rules: what `all` never measures, whose names they use, what of Snakemake."""

import re

import pytest

from support.checkout import REPOSITORY

RULES = sorted((REPOSITORY / "rules").glob("*.smk"))
SHARED = ("common", "images", "autoencoders", "report")
# Run by `snakemake benchmark` and `snakemake devices` alone.
LENGTHY = re.compile(
    r"benchmark_|gather_benchmark|train_standard_wgan|[a-z_]+_on_device|compare_devices"
)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"wgan.recipe.batch_size": 64},
        {"wgan.standard.dims": [20]},
        {"wgan.standard.steps": 8},
        {"benchmark.rounds": 2},
    ],
    ids=str,
)
def test_all_measures_nothing_that_takes_hours(checkout, change):
    """Whether or not it was measured here before, and whatever changed since."""
    here = checkout.folder / "results/benchmark"
    here.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "scripts/benchmark/recorded/benchmark.parquet", here.parent)
    for dim in (5, 20):
        shutil.copy(REPOSITORY / f"scripts/wgan/recorded/wgan_standard{dim}.parquet", here)
    module = checkout.folder / "scripts/dlse/workflow/tables.py"
    module.write_text(module.read_text() + "\nCHANGED = True\n")
    stale = checkout.stale(config=checkout.config_with(change))
    assert "write_report" in stale
    assert not [rule for rule in stale if LENGTHY.match(rule)]


def test_a_table_of_the_benchmark_is_shown_once_it_is_measured(checkout):
    (checkout.folder / "results/benchmark").mkdir(exist_ok=True)
    measured = checkout.folder / "results/benchmark/wgan_standard5.parquet"
    measured.unlink(missing_ok=True)
    before = checkout.stale()
    shutil.copy(REPOSITORY / "scripts/wgan/recorded/wgan_standard5.parquet", measured)
    after = checkout.stale()
    assert set(after) - set(before) <= {"write_report"}
    assert "write_report" in after


def test_a_file_of_rules_names_its_globals_after_its_study():
    """All files share one namespace: a short name in one would change another's."""
    for path in RULES:
        if path.stem in SHARED:
            continue
        names = set(re.findall(r"^([A-Z][A-Z_]*)\b(?=.*=)", path.read_text(), re.M))
        for name in names - {
            "METRICS",
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


def test_only_what_snakemake_documents_is_used():
    texts = [path.read_text() for path in (REPOSITORY / "Snakefile", *RULES)]
    used = {name for text in texts for name in re.findall(r"(?<![./\w])workflow\.([\w.]+)", text)}
    assert used == {"basedir"}
