"""What reruns after a change is what depends on it: the fingerprint of a script names the modules
that it really loads, and dry runs list the jobs that follow from a change, and no others."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest
import yaml

from dlse.workflow.fingerprint import imported_modules
from support.checkout import REPOSITORY, Checkout, job_counts

SCRIPTS = REPOSITORY / "scripts"
OF_RULES = sorted(
    path.relative_to(SCRIPTS).as_posix()
    for path in SCRIPTS.rglob("*.py")
    if "snakemake." in path.read_text().partition('if __name__ == "__main__":')[2]
)
# What a script imports by a name that it is given; the rules name it to the fingerprint.
BY_NAME = sorted(
    path.relative_to(SCRIPTS).as_posix()
    for name in ("claims", "facts")
    for path in SCRIPTS.glob(f"*/{name}.py")
)
CHANGE = "\nCHANGED = True\n"
# In one process: the libraries once, then each script in a fork, which tells what it loaded.
LOADED = """
import json, os, sys
from importlib.util import module_from_spec, spec_from_file_location
import matplotlib.pyplot, pandas, pyarrow.parquet, scipy.stats, sklearn.neighbors, torch, typst
sys.path.insert(0, os.getcwd())
for path in sys.argv[1:]:
    if os.fork() == 0:
        spec = spec_from_file_location("script", path)
        sys.modules["script"] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
        ours = [m for name, m in sys.modules.items() if name.split(".")[0] == "dlse"]
        print(json.dumps([path, [path, *(os.path.relpath(m.__file__) for m in ours)]]), flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """The modules of the project that Python loads for each script, itself included."""
    command = [sys.executable, "-c", LOADED, *OF_RULES, *BY_NAME]
    done = subprocess.run(command, cwd=SCRIPTS, capture_output=True, text=True, check=True)
    found = dict(map(json.loads, done.stdout.splitlines()))
    return {path: set(filter(has_content, files)) for path, files in found.items()}


def has_content(file: str) -> bool:
    """Whether a file in scripts/ does more than make its folder a package."""
    return bool((SCRIPTS / file).read_bytes())


@pytest.fixture(scope="module")
def copy(finished, tmp_path_factory) -> Checkout:
    """A copy of the finished run, whose files are changed and put back."""
    return finished.copy(tmp_path_factory.mktemp("exact") / "copy")


def test_a_fingerprint_names_the_modules_that_its_script_loads(loaded):
    assert len(loaded) == len(OF_RULES) + len(BY_NAME) > 20
    for script, files in loaded.items():
        paths = imported_modules(SCRIPTS, SCRIPTS / script)
        named = {path.relative_to(SCRIPTS).as_posix() for path in paths}
        assert set(filter(has_content, named)) | {script} == files, script


def test_what_judges_or_draws_trains_nothing(loaded):
    """A change of how ensembles train leaves the code of figures, facts and claims as it was."""
    shows = [script for script in loaded if script.endswith(("figures.py", *BY_NAME))]
    assert len(shows) > len(BY_NAME)
    for script in (*shows, "dlse/results/gather.py", "dlse/results/judge.py"):
        assert "dlse/networks/ensemble_training.py" not in loaded[script], script


def test_training_knows_no_labels(loaded):
    for script, files in loaded.items():
        if script.endswith("/train.py"):
            names = {file.rpartition("/")[2] for file in files}
            assert not names & {"names.py", "claims.py", "facts.py", "figures.py"}, script


def test_no_script_reads_the_config(loaded):
    for file in set().union(*loaded.values()):
        assert "snakemake.config" not in (SCRIPTS / file).read_text(), file


def stale_after(copy: Checkout, file: str) -> dict[str, int]:
    """What is stale while the meaning of one file in scripts/ is another."""
    path = copy.folder / "scripts" / file
    before = path.read_text()
    try:
        path.write_text(before + CHANGE)
        return copy.stale()
    finally:
        path.write_text(before)


def test_a_module_of_figures_draws_them_anew_and_nothing_else(copy):
    stale = set(stale_after(copy, "dlse/results/figures.py"))
    drawn = {rule for rule in stale if rule.startswith("plot_")}
    assert len(drawn) > 10
    assert stale == drawn | {"write_report"}


def test_a_measure_of_one_study_reruns_that_study(copy):
    assert stale_after(copy, "dying_relu/birth.py") == {
        "count_born_dead": 1, "evaluate_dying_relu": 1, "gather_metrics": 1, "judge_claims": 1,
        "plot_dying_relu": 1, "plot_dying_relu_birth": 1, "plot_dying_relu_remedies": 1,
        "plot_overview": 1, "write_explore": 1, "write_report": 1,
    }  # fmt: skip


def test_a_label_trains_nothing(copy):
    stale = set(stale_after(copy, "regularization/names.py"))
    assert {"plot_regularization", "write_report"} <= stale
    assert not [rule for rule in stale if rule.startswith(("train_", "choose_"))]


def test_the_training_of_ensembles_reruns_the_studies_that_use_it(copy):
    stale = set(stale_after(copy, "dlse/networks/ensemble_training.py"))
    assert {"train_dying_relu", "train_regularized", "train_initialization"} <= stale
    of_others = re.compile(r"(train|search|fit|prepare|simulate)_(cnn|auto|linear|pca|images|f).*")
    assert not [rule for rule in stale if of_others.fullmatch(rule)]
    assert not {"count_born_dead", "measure_initialization"} & stale


def test_one_config_value_reruns_what_it_is_given_to(copy):
    config = copy.config_with({"regularization.recipes.wide.learning_rate": 0.007})
    stale = copy.stale(config=config)
    assert {rule: n for rule, n in stale.items() if not rule.startswith("plot_")} == {
        # Dropout and its control.
        "choose_regularization": 1, "train_regularized": 2, "move_jump": 1,
        "evaluate_regularization": 1, "gather_metrics": 1, "judge_claims": 1, "write_report": 1,
    }  # fmt: skip


def test_another_version_of_a_package_reruns_what_computes_with_it(copy, tmp_path):
    about = tmp_path / "scikit_learn-99.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: scikit-learn\nVersion: 99.0\n")
    done = subprocess.run(
        copy.command("-n", "all"), cwd=copy.folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    said = done.stdout + done.stderr
    stale = set(job_counts(said))
    assert "assess_wgan" in stale
    assert not {"train_cnn", "train_dying_relu", "train_regularized", "train_wgan"} & stale


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


def keys(value) -> set[str]:
    """Each key of a config, at any depth."""
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set()


def test_each_key_of_the_config_is_used():
    """Its name stands in a file of rules or in a script, apart from where it is checked."""
    code = [path for path in SCRIPTS.rglob("*.py") if path.name not in ("settings.py", "config.py")]
    text = "".join(path.read_text() for path in (*REPOSITORY.glob("rules/*.smk"), *code))
    config = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
    assert not [key for key in keys(config) if not re.search(rf"\b{key}\b", text)]
