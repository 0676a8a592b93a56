"""The files of rules: what `all` never measures, whose names they use, what of Snakemake."""

import re

import pytest

from support.checkout import REPOSITORY, copy_checkout
from support.studies import STUDIES

RULES = sorted((REPOSITORY / "rules").glob("*.smk"))
SHARED = ("common", "images", "autoencoders", "report")


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
            "EXHIBITS",
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


def test_params_depend_on_wildcards_alone():
    """Snakemake does not compare a param that a function makes of inputs or outputs, so that a
    change of it would make nothing stale."""
    for path in RULES:
        assert not re.search(r"lambda wildcards, (?!attempt)", path.read_text()), path.name


def test_only_what_snakemake_documents_is_used():
    texts = [path.read_text() for path in (REPOSITORY / "Snakefile", *RULES)]
    used = {name for text in texts for name in re.findall(r"(?<![./\w])workflow\.([\w.]+)", text)}
    assert used == {"basedir"}


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_removed_by_deleting_its_line(tmp_path, study):
    """Its section of the config stays, and is not read."""
    checkout = copy_checkout(tmp_path / "checkout")
    snakefile = checkout.folder / "Snakefile"
    lines = snakefile.read_text().splitlines(keepends=True)
    (line,) = (line for line in lines if line.startswith(f'    "{study}",'))
    lines.remove(line)
    snakefile.write_text("".join(lines))
    planned = checkout.run("-n", "all")
    assert planned.returncode == 0, planned.output
    assert f"results/{study}/" not in planned.output
