"""Every script, every module and every key of the config, changed one at a time: what reruns is
what imports it or is given its value, and what follows, found from the workflow itself."""

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import zip_longest
from pathlib import Path

import pytest
import yaml

from support.checkout import REPOSITORY, TINY, Checkout, job_counts
from support.tiers import sampled

SCRIPTS = REPOSITORY / "scripts"
FILES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for pattern in ("*.py", "*.typ", "*.css", "*.bib", "*.html", "*.js")
    for path in SCRIPTS.rglob(pattern)
    if path.read_bytes()  # not those that only make a folder a package
)
WITHOUT_EFFECT = {
    "scripts/benchmark/autoencoder.py": "run by `snakemake benchmark` alone",
    "scripts/benchmark/cnn.py": "run by `snakemake benchmark` alone",
    "scripts/benchmark/pca.py": "run by `snakemake benchmark` alone",
    "scripts/benchmark/workflow.py": "run by `snakemake benchmark` alone",
    "scripts/wgan/train_standard.py": "run by `snakemake benchmark` alone",
    **{
        f"scripts/{name}.py": "run by `snakemake long` alone"
        for name in (
            "cnn/evaluate_long",
            "cnn/together",
            "cnn/train_long",
            "reconstruction/fit_long_pca",
            "reconstruction/refine_codes",
            "reconstruction/refinement",
            "reconstruction/train_long",
        )
    },
    **{
        path.relative_to(REPOSITORY).as_posix(): "run by `snakemake devices` alone"
        for path in SCRIPTS.glob("devices/*.py")
        if path.read_bytes()
    },
    "scripts/dlse/images/digits.py": "makes data that are checked against a hash",
    "scripts/benchmark/plain_autoencoder.py": "a peer of `snakemake benchmark` alone",
    "scripts/benchmark/pytorch_example.py": "a peer of `snakemake benchmark` alone",
    "scripts/classify_image.py": "an example for users; no rule runs it",
    "scripts/draw_samples.py": "an example for users; no rule runs it",
    "scripts/dlse/results/check.py": "run by `snakemake check` alone, which always runs",
    "scripts/dlse/workflow/config.py": "checks the config; its values are params",
    **{
        path.relative_to(REPOSITORY).as_posix(): "checks a section of the config"
        for path in SCRIPTS.glob("*/settings.py")
    },
    **{
        path.relative_to(REPOSITORY).as_posix(): "plans the jobs of a study; its values are params"
        for path in SCRIPTS.glob("*/planning.py")
    },
    "scripts/dlse/workflow/inherited.py": "tells jobs where modules are; no job runs it",
    "scripts/dlse/workflow/shards.py": "numbers the jobs of a study; no job runs it",
    "scripts/dlse/workflow/write_schema.py": "run by `snakemake schema` alone",
    "scripts/dlse/workflow/fingerprint.py": "makes the fingerprints; no job runs it",
    "scripts/dlse/models.py": "opens trained networks for users; no job needs it",
    "scripts/cnn/own_image.py": "reads users' pictures; no job needs it",
}
# Modules that a script imports, but which cannot change its results in the tiny config: the digits
# are checked against a hash, whatever reads them, and fields are simulated, not read.
WITHOUT_CHANGE = {
    "prepare_images": {
        f"scripts/dlse/images/{name}.py" for name in ("digits", "downloads", "readers")
    },
    "prepare_fields": {
        *(f"scripts/dlse/images/{name}.py" for name in ("downloads", "readers")),
        "scripts/mechanical/published_fields.py",
        "scripts/mechanical/solver/load_cases.py",
    },
}
# Scripts that import a module of each study by its name.
BY_NAME = {
    "scripts/dlse/results/judge.py": "claims.py",
    "scripts/dlse/results/write_report.py": "facts.py",
}
# What is appended to a file: it means something, if nothing to the results.
CHANGE = {
    ".py": "\nCHANGED = True\n", ".typ": "\nWords.\n", ".css": "\np { margin: 0; }\n",
    ".bib": "\n@misc{new, title = {New}, year = {2026}}\n",
    ".html": "\n<p>Words.</p>\n", ".js": "\nconst changed = true;\n",
}  # fmt: skip
# In one process: the libraries once, then each script in a fork, which tells what it imported.
IMPORTS = """
import importlib, json, os, sys
import matplotlib.pyplot, pandas, pyarrow.parquet, scipy.stats, sklearn.neighbors, torch, typst
sys.path.insert(0, "scripts")
for path in sys.argv[1:]:
    if os.fork() == 0:
        name = path.removesuffix(".py").replace("/", ".")
        name = name if name.startswith("dlse.") else f"dlse.studies.{name}"
        importlib.import_module(name)
        ours = [m for m in sys.modules.values() if m.__name__.split(".")[0] == "dlse"]
        files = [os.path.relpath(module.__file__) for module in ours]
        print(json.dumps([path, files]), flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def copy(finished, tmp_path_factory) -> Checkout:
    """A copy of the finished run, whose files are changed and put back."""
    folder = tmp_path_factory.mktemp("exact") / "copy"
    return finished.copy(folder)


@pytest.fixture(scope="module")
def scripts_of_rules() -> dict[str, str]:
    """The script of each rule, as the files of rules say."""
    found, bases = {}, {}
    for path in REPOSITORY.glob("rules/*.smk"):
        blocks = re.split(r"^ *(?=rule |use rule )", path.read_text(), flags=re.M)
        for block in blocks:
            if script := re.search(r'^rule (\w+):.*?"\.\./(scripts/[\w/]+\.py)"', block, re.S):
                found[script[1]] = script[2]
            bases |= {n: base for base, n in re.findall(r"^use rule (\w+) as (\w+) with", block)}

    def script_of(rule: str) -> str:
        return found.get(rule) or script_of(bases[rule])

    return {rule: script_of(rule) for rule in found | bases}


@pytest.fixture(scope="module")
def files_of_scripts(scripts_of_rules) -> dict[str, set[str]]:
    """What each script runs: itself and what Python really imports, and what it reads."""
    names = sorted({path.removeprefix("scripts/") for path in scripts_of_rules.values()})
    named = {
        name: [path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.glob(f"*/{name}")]
        for name in BY_NAME.values()
    }
    names += [file for files in named.values() for file in files]
    command = [sys.executable, "-c", IMPORTS, *names]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    loaded = dict(json.loads(line) for line in done.stdout.splitlines())
    assert len(loaded) == len(names), done.stderr
    found = {f"scripts/{name}": {f"scripts/{name}", *files} for name, files in loaded.items()}
    for script, name in BY_NAME.items():
        for file in named[name]:
            found[script] |= found.pop(f"scripts/{file}")
    # The overview asks the figures of some studies for a panel, by the name of the study.
    for file in [file for file in found if file.endswith("/figures.py")]:
        if re.search(r"^def overview\(\s*axes", (REPOSITORY / file).read_text(), re.M):
            found["scripts/report/figures.py"] |= found[file]
    texts = {file for file in FILES if not file.endswith(".py")}
    of_explore = {file for file in texts if file.startswith("scripts/explore/")}
    found["scripts/dlse/results/write_report.py"] |= texts - of_explore
    found["scripts/explore/write_explore.py"] |= of_explore
    return found


@pytest.fixture(scope="module")
def planned(finished) -> dict[str, dict]:
    """The jobs of the finished run, with what each was given."""
    return finished.jobs(TINY)


def with_followers(jobs: dict[str, dict], direct: set[str]) -> set[str]:
    """Some of the `jobs`, by name, with all that follow from them."""
    found = set(direct)
    while True:
        made = set().union(*(jobs[name]["outputs"] for name in found))
        grown = found | {name for name, job in jobs.items() if job["inputs"] & made} - {""}
        if grown == found:
            return found
        found = grown


def kind_of_file(file: str) -> str:
    """Its folder in the core, its name in a study: figures.py, claims.py, …"""
    folder, _, name = file.rpartition("/")
    return folder if folder.startswith("scripts/dlse") else name


@pytest.mark.parametrize("file", sampled(FILES, kind_of_file))
def test_a_changed_file_makes_stale_what_runs_it_and_what_follows(
    copy, planned, scripts_of_rules, files_of_scripts, file, record_property
):
    running = {
        rule
        for rule, script in scripts_of_rules.items()
        if file in files_of_scripts[script] - WITHOUT_CHANGE.get(rule, set())
    }
    direct = {name for name, job in planned.items() if job["rule"] in running}
    expected = Counter(planned[name]["rule"] for name in with_followers(planned, direct))
    assert (not expected) == (file in WITHOUT_EFFECT)
    path = copy.folder / file
    before = path.read_text()
    try:
        path.write_text(before + CHANGE[path.suffix])
        assert copy.stale() == expected
    finally:
        path.write_text(before)
    record_property("scripts, modules and report files changed: right", 1)


def test_a_comment_a_docstring_and_a_reformatting_anywhere_make_nothing_stale(checkout):
    """All files at once. Rules and the config are rewritten, too."""
    for path in (checkout.folder / "scripts").rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            match node:
                case (
                    ast.Module(body=[ast.Expr(ast.Constant(str()) as docstring), *_])
                    | ast.ClassDef(body=[ast.Expr(ast.Constant(str()) as docstring), *_])
                    | ast.FunctionDef(body=[ast.Expr(ast.Constant(str()) as docstring), *_])
                ):
                    docstring.value += " More."
        path.write_text(f"# A comment.\n\n{ast.unparse(tree)}")  # of another layout throughout
    for path in (checkout.folder / "scripts").rglob("*.typ"):
        path.write_text("// A comment.\n" + path.read_text() + "\n\n")
    rules = (checkout.folder / "rules").glob("*.smk")
    for path in (checkout.folder / "Snakefile", checkout.folder / "config.yaml", *rules):
        path.write_text("# A comment.\n\n" + path.read_text() + "\n# Another.\n")
    assert checkout.stale() == {}


def test_an_error_message_and_a_line_of_a_log_make_nothing_stale(checkout):
    changed = 0
    for path in (checkout.folder / "scripts").rglob("*.py"):
        before = path.read_text()
        after = re.sub(r"(raise UserError\(\s*f?\"|print\(\s*f?\")", r"\1Words. ", before)
        changed += after != before
        path.write_text(after)
    assert changed > 30
    assert checkout.stale() == {}


def test_a_label_and_a_reader_of_files_train_nothing(checkout):
    for name in (
        "dlse/results/labels",
        "dlse/images/readers",
        "dlse/images/downloads",
        "regularization/names",
        "dlse/results/figures",
        "wgan/settings",
    ):
        path = checkout.folder / f"scripts/{name}.py"
        path.write_text(path.read_text() + CHANGE[".py"])
    stale = set(checkout.stale())
    computes = (
        "train_",
        "search_",
        "sweep_",
        "fit_",
        "choose_",
        "simulate_",
        "prepare_",
        "assess_",
        "measure_",
    )
    assert not [rule for rule in stale if rule.startswith(computes)]
    assert {"plot_cnn_accuracy", "write_report"} <= stale


@pytest.fixture(scope="module")
def planned_with(copy, tmp_path_factory):
    """A function that returns what `snakemake -n` says where a package has another version."""

    def dry_run(package: str) -> str:
        folder = tmp_path_factory.mktemp("packages")
        about = folder / f"{package.replace('-', '_')}-99.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 99.0\n")
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        done = subprocess.run(
            copy.command("-n", "all"),
            cwd=copy.folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return dry_run


@pytest.mark.parametrize("package", ["numpy", "scikit-fem", "scikit-learn", "scipy", "torch"])
def test_another_version_of_a_package_reruns_what_computes_with_it(
    planned, planned_with, scripts_of_rules, files_of_scripts, package
):
    """A package counts where the code of a job imports it, or one that computes with it."""
    by_way_of = {
        "numpy": "numpy|scipy|skfem|sklearn",
        "scipy": "scipy|skfem|sklearn",
        "scikit-learn": "sklearn",
        "scikit-fem": "skfem",
        "torch": "torch",
    }[package]
    imports = re.compile(rf"^\s*(?:import|from) (?:{by_way_of})\b", re.M)
    running = {
        rule
        for rule, script in scripts_of_rules.items()
        if any(imports.search((REPOSITORY / file).read_text())
               for file in files_of_scripts[script] - WITHOUT_CHANGE.get(rule, set())
               if file.endswith(".py"))
    }  # fmt: skip
    direct = {name for name, job in planned.items() if job["rule"] in running}
    expected = Counter(planned[name]["rule"] for name in with_followers(planned, direct))
    said = planned_with(package)
    assert job_counts(said) == expected
    assert expected
    assert f"{package} 99.0" in said  # why
    assert f"Warning: {package} 99.0 is installed, but requirements.lock pins" in said


def _leaves(section: dict, path: str = ""):
    for key, value in section.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


DYING_VARIANTS = [
    {"name": "he_normal", "width": 5, "depth": 8, "networks": 32},
    {"name": "published", "width": 2, "depth": 9, "function": "absolute", "networks": 16},
]
# A change of these keys that is valid, where another number would not be.
OTHER = {
    "precision": "bfloat16",
    "device": "auto",
    "dying_relu.networks_per_job": 8,
    "dying_relu.variants": DYING_VARIANTS,
    "dying_relu.shown": "another",
    "dying_relu.birth.networks": 3000,
    "regularization.noise_seeds": 4,
    "regularization.noise_seeds_per_job": 1,
    **{
        f"regularization.recipes.{recipe}.{key}": value
        for recipe in ("narrow", "wide")
        for key, value in {
            "initialization": "he_normal",
            "scaled_inputs": False,
            "beta2": 0.9,
        }.items()
    },
    **{
        f"regularization.methods.{method}.{key}": value
        for method in ("none", "l1", "l2", "dropout")
        for key, value in {
            "recipes": ["wide"] if method != "dropout" else ["narrow"],
            "strengths": [0.5],
            "sweep": [0.25],
        }.items()
    },
    "regularization.ablations": [
        {"name": "kinks_at_zero", "initialization": "he_normal", "depth": 3}
    ],
    "initialization.seeds": 8,
    "initialization.seeds_per_job": 2,
    "initialization.initializations": ["he_normal", "xavier_uniform"],
    "benchmark.devices.runs": [{"device": "cpu", "jobs": 3}],
    "benchmark.cnn.targets": [{"accuracy": 0.3, "train_images": 300, "epochs": 1}],
    "ensemble.networks": [{"width": 4, "depth": 8, "points": 64}],
    "wgan.seeds_per_job": 2,
    "wgan.evaluations": 10,
    "wgan.runs": [
        {"name": "uniform5", "dim": 5, "noise_dims": [2, 5], "seeds": 4, "steps": 60},
        {"name": "uniform20", "dim": 20, "noise_dims": [20], "seeds": 2, "steps": 20},
        {
            "name": "fold5",
            "dim": 5,
            "noise_dims": [2, 5],
            "seeds": 2,
            "steps": 20,
            "output": "fold",
        },
    ],
    "wgan.standard.dims": [20],
    "data.dataset": "auto",
    "data.sources": ["nowhere"],
    "cnn.search.rungs": [{"train_images": 300, "epochs": 1, "keep": 1}],
    "cnn.search.validation_fraction": 0.2,
    "cnn.ablation": ["weight_decay"],
    "reconstruction.test_fraction": 0.3,
    "reconstruction.shown_latent_dims": [2],
    "reconstruction.plain_latent_dims": [8],
    "mechanical.source": "data",
    "mechanical.archive": "https://elsewhere.org",
    "mechanical.references": "published",
    "mechanical.case": "equibiaxial_extension",
    "mechanical.steps": [7],
    "mechanical.blocks": 48,
    "mechanical.blocks_per_job": 8,
    "mechanical.element": "P1",
    "mechanical.shown_latent_dim": 8,
    **{
        f"mechanical.elements.refinements.{of}": [2]
        for of in ("P1", "Q1", "Q1R", "P2", "S2R", "Q2")
    },
}
VARIED = ("cnn.model.width", "cnn.model.learning_rate", "cnn.model.augmentation")
DEFAULT = dict(_leaves(yaml.safe_load((REPOSITORY / "config.yaml").read_text())))


def changed_value(key: str, now: object) -> object:
    if key in OTHER:
        return OTHER[key]
    if isinstance(now, list):
        return [*now[:-1], now[-1] + (2 if isinstance(now[-1], int) else 0.125)]
    return now + (1 if isinstance(now, int) else 0.125)


@pytest.fixture(scope="module")
def files_of_rules() -> dict[str, str]:
    """The text of the file that holds each rule."""
    texts = [path.read_text() for path in REPOSITORY.glob("rules/*.smk")]
    named = re.compile(r"^ *(?:use rule \w+ as|rule) (\w+)", re.M)
    return {rule: text for text in texts for rule in named.findall(text)}


def changes_of(key: str) -> dict[str, object]:
    """What a config says otherwise so that one key has another value, in the tiny one."""
    tiny = dict(_leaves(yaml.safe_load(TINY.read_text())))
    changes = {key: changed_value(key, tiny.get(key, DEFAULT[key]))}
    if key == "dying_relu.shown":
        another = {"name": "another", "width": 4, "depth": 8, "networks": 16}
        changes["dying_relu.variants"] = [*DYING_VARIANTS, another]
    if key == "reconstruction.latent_dims":
        changes = {key: [2, 8, 9]}  # 2 and 8 are among those shown
    if key in VARIED:
        # A value that the search varies counts only where the search does not.
        changes[key.replace("model", "search.grid")] = []
    return changes


def keys_together() -> list[tuple[str, ...]]:
    """Every key of the config, one of each section at a time: sections share no jobs but the last
    ones, so that one change hides no other. Keys that reach several sections stand alone."""
    alone, chains = [], defaultdict(list)
    for key in DEFAULT:
        section = key.split(".")[0]
        if section in ("precision", "device", "preview", "data"):
            alone.append((key,))
        else:  # the latent dimensions of "reconstruction" are those of "mechanical", too
            chains["mechanical" if section == "reconstruction" else section].append(key)
    return alone + [tuple(filter(None, keys)) for keys in zip_longest(*chains.values())]


@pytest.mark.parametrize("keys", sampled(keys_together(), len), ids="+".join)
def test_changed_keys_make_stale_what_is_given_their_values_and_what_follows(
    finished, planned, files_of_rules, keys, tmp_path, record_property
):
    changes = {key: value for each in keys for key, value in changes_of(each).items()}
    config = finished.config_with(changes, tmp_path / "changed.yaml")
    jobs = finished.jobs(config)
    direct = {name for name, job in jobs.items() if job != planned.get(name)} - {""}
    assert direct
    expected = with_followers(jobs, direct)
    assert finished.stale(config=config) == Counter(jobs[name]["rule"] for name in expected)
    # A key reaches the jobs of its own section, and the tables and report that name every key.
    sections = "|".join({key.split(".")[0] for key in keys})
    of_sections = rf'SETTINGS\["({sections})"\]|\b({sections.upper()}|COMPRESSED)\['
    for rule in {jobs[name]["rule"] for name in direct} - {"gather_metrics", "write_report"}:
        assert re.search(of_sections, files_of_rules[rule]), f"{rule} has another section's key"
    record_property("config keys changed: right", len(keys))


def test_each_param_is_read_by_its_script(planned, scripts_of_rules):
    """So that no job reruns for a value that it does not use."""
    for job in planned.values():
        if job["rule"] == "all":
            continue
        script = (REPOSITORY / scripts_of_rules[job["rule"]]).read_text()
        for name in set(job["params"]) - {"code"}:
            # The function that draws a figure is given the params by their names.
            read = rf"snakemake\.params\.{name}\b|^def \w+\([^)]*\b{name}: "
            assert re.search(read, script, re.M), (job["rule"], name)


def test_no_script_reads_the_config(files_of_scripts):
    for file in {file for files in files_of_scripts.values() for file in files}:
        assert "snakemake.config" not in (REPOSITORY / file).read_text(), file


def test_what_only_shows_or_judges_trains_nothing(files_of_scripts):
    for script, files in files_of_scripts.items():
        if script.endswith("/train.py"):
            shown = {Path(file).name for file in files} & {"names.py", "claims.py", "figures.py"}
            assert not shown, script
            assert "scripts/wgan/measure/uniformity.py" not in files, script


def test_the_engine_of_ensembles_is_behind_no_other_network(files_of_scripts):
    for name in ("cnn/train", "cnn/search", "reconstruction/fit_pca", "reconstruction/train"):
        files = files_of_scripts[f"scripts/{name}.py"]
        assert "scripts/dlse/networks/ensemble_training.py" not in files, name
