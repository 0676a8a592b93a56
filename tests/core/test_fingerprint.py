"""The fingerprint covers the meaning of a script and of what it imports, and nothing else."""

import os
from importlib.metadata import PackageNotFoundError

import pytest

from dlse.workflow.fingerprint import (
    _module,
    fingerprint,
    imported_modules,
    other_versions,
    package_version,
)
from support.checkout import REPOSITORY


@pytest.fixture
def scripts(tmp_path):
    package = tmp_path / "dlse"
    (package / "inner").mkdir(parents=True)
    files = {
        "job.py": "from dlse.a import f\nimport numpy\n",
        "other.py": "def late():\n    import dlse.inner.deep as deep\n    return deep\n",
        "names.py": "from dlse import c\n",
        "dlse/__init__.py": "",
        "dlse/a.py": "from . import b\n",
        "dlse/b.py": "from dlse.a import f  # a circle\n",
        "dlse/c.py": "",
        "dlse/inner/__init__.py": "",
        "dlse/inner/deep.py": "from ..c import x\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def names(scripts, script):
    found = imported_modules(scripts, scripts / script)
    return {path.relative_to(scripts / "dlse").as_posix() for path in found}


def test_imports_are_followed_through_one_another(scripts):
    assert names(scripts, "job.py") == {"__init__.py", "a.py", "b.py"}
    assert names(scripts, "other.py") == {
        "__init__.py", "inner/__init__.py", "inner/deep.py", "c.py",
    }  # fmt: skip
    assert names(scripts, "names.py") == {"__init__.py", "c.py"}


BEFORE = '''"""A module."""

import numpy as np

LIMIT = 3  # of what is added


def add(x, y):
    """The sum."""
    if x > LIMIT:
        raise ValueError(f"x is {x}, more than {LIMIT}")
    print(f"adding {x}")
    return np.add(x, y)
'''
WITHOUT_A_DIFFERENCE = {
    "a comment": ("LIMIT = 3  # of what is added", "# The most.\nLIMIT = 3"),
    "a docstring": ("The sum.", "x and y, added."),
    "no docstring": ('    """The sum."""\n', ""),
    "the docstring of the module": ('"""A module."""', '"""The module."""'),
    "blank lines": ("\n\n\n", "\n\n\n\n\n"),
    "the layout": ("np.add(x, y)", "np.add(\n        x,\n        y,\n    )"),
    "the words of an error": ("x is {x}, more than {LIMIT}", "{x} is too much"),
    "a line of the log": ("adding {x}", "{x} + {y}"),
}
WITH_A_DIFFERENCE = {
    "a value": ("LIMIT = 3", "LIMIT = 4"),
    "an operator": ("x > LIMIT", "x >= LIMIT"),
    "another error": ("ValueError(", "TypeError("),
    "an order": ("np.add(x, y)", "np.add(y, x)"),
    "a default": ("add(x, y)", "add(x, y=1)"),
    "a new statement": ("LIMIT = 3", "LIMIT = 3\nMORE = 4"),
}


def fingerprint_of(folder, text):
    """The fingerprint of a script that imports a module with this text."""
    (folder / "dlse").mkdir()
    (folder / "dlse/module.py").write_text(text)
    (folder / "job.py").write_text("import dlse.module\n")
    return fingerprint(folder, folder / "job.py")


@pytest.mark.parametrize("change", WITHOUT_A_DIFFERENCE | WITH_A_DIFFERENCE)
def test_the_fingerprint_changes_where_a_result_may(tmp_path, change):
    changed = BEFORE.replace(*(WITHOUT_A_DIFFERENCE | WITH_A_DIFFERENCE)[change])
    assert changed != BEFORE
    folders = [tmp_path / name for name in ("before", "after")]
    for folder in folders:
        folder.mkdir()
    is_same = fingerprint_of(folders[0], BEFORE) == fingerprint_of(folders[1], changed)
    assert is_same == (change in WITHOUT_A_DIFFERENCE)


def test_a_study_is_found_beside_the_package(scripts):
    (scripts / "mine").mkdir()
    (scripts / "mine/network.py").write_text("import torch\n")
    (scripts / "mine/train.py").write_text("from dlse.studies.mine.network import f\n")
    found = imported_modules(scripts, scripts / "mine/train.py")
    assert found == {scripts / "dlse/__init__.py", scripts / "mine/network.py"}
    # A module that the script imports by a name that it is given counts with all its imports.
    before = fingerprint(scripts, scripts / "job.py", ["mine/train.py"])
    assert "torch" in before
    (scripts / "mine/network.py").write_text("import torch\n\nX = 1\n")
    _module.cache_clear()  # a process reads each file once
    assert fingerprint(scripts, scripts / "job.py", ["mine/train.py"]) != before


def test_dates_and_modules_that_are_not_imported_do_not_count(scripts):
    before = fingerprint(scripts, scripts / "job.py")
    os.utime(scripts / "dlse/a.py", (0, 0))
    (scripts / "dlse/c.py").write_text("x = 1\n")
    assert fingerprint(scripts, scripts / "job.py") == before


def test_packages_that_compute_are_named_with_their_versions(
    scripts, tmp_path, monkeypatch, request
):
    installed = {"numpy": "1.0", "torch": "2.0+cpu", "scikit-learn": "3.0", "scipy": "4.0"}

    def version(package):
        if package not in installed:
            raise PackageNotFoundError(package)
        return installed[package]

    monkeypatch.setattr("dlse.workflow.fingerprint.version", version)
    package_version.cache_clear()
    request.addfinalizer(package_version.cache_clear)
    code, *packages = fingerprint(scripts, scripts / "job.py").split(", ")
    assert len(code) == 16
    assert packages == ["numpy 1.0"]
    (scripts / "peer.py").write_text("import sklearn.svm, pandas\nfrom dlse.a import f\n")
    named = fingerprint(scripts, scripts / "peer.py").split(", ")[1:]
    assert named == ["numpy 1.0", "scikit-learn 3.0", "scipy 4.0"]  # it computes with all three
    # What is not installed here is what the lock pins, in which jobs then run.
    del installed["scikit-learn"]
    package_version.cache_clear()
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==1.0\nscikit-learn==5.0\ntorch==2.0\nscipy==9.0\n")
    named = fingerprint(scripts, scripts / "peer.py", lock=lock).split(", ")[1:]
    assert named == ["numpy 1.0", "scikit-learn 5.0", "scipy 4.0"]
    (sentence,) = other_versions(lock)
    assert sentence.startswith("scipy 4.0 is installed, but requirements.lock pins 9.0; `make all`")


def test_modules_without_effect_count_for_nothing(scripts):
    (scripts / "dlse/d.py").write_text("import torch, dlse.c\n")
    (scripts / "prepare.py").write_text("import dlse.a, dlse.d\n")
    before = fingerprint(scripts, scripts / "prepare.py", without=["dlse.d"])
    assert before == fingerprint(scripts, scripts / "prepare.py", without=["dlse.d", "dlse.c"])
    assert "torch" not in before
    assert "torch" in fingerprint(scripts, scripts / "prepare.py")


def test_other_files_count_where_they_are_named(scripts):
    page = scripts / "page.typ"
    page.write_text("= Title\n\nWords.\n")
    before = fingerprint(scripts, scripts / "job.py", ["page.typ"])
    assert before != fingerprint(scripts, scripts / "job.py")
    page.write_text("// A comment.\n= Title  \n\n\n\nWords.")
    assert fingerprint(scripts, scripts / "job.py", ["page.typ"]) == before
    page.write_text("= Title Words.\n")
    assert fingerprint(scripts, scripts / "job.py", ["page.typ"]) != before


def test_no_job_depends_on_the_models_of_the_config():
    """A job's staleness follows from its params; the models of all sections would mix them."""
    scripts = REPOSITORY / "scripts"
    for script in scripts.rglob("*.py"):
        models = {"settings.py", "config.py"} & {p.name for p in imported_modules(scripts, script)}
        assert not models or script.name in ("settings.py", "write_schema.py"), script
