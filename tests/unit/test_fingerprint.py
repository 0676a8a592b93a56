"""The fingerprint covers what a script imports, and nothing else."""

import os

import pytest

from checkout import REPOSITORY
from dlse.fingerprint import fingerprint, imported_modules


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
    found = imported_modules(scripts / script)
    return {path.relative_to(scripts / "dlse").as_posix() for path in found}


def test_imports_are_followed_through_one_another(scripts):
    assert names(scripts, "job.py") == {"__init__.py", "a.py", "b.py"}
    assert names(scripts, "other.py") == {
        "__init__.py", "inner/__init__.py", "inner/deep.py", "c.py",
    }  # fmt: skip
    assert names(scripts, "names.py") == {"__init__.py", "c.py"}


def test_only_contents_count(scripts):
    before = fingerprint(scripts / "job.py")
    os.utime(scripts / "dlse/a.py", (0, 0))
    (scripts / "dlse/c.py").write_text("x = 1\n")
    assert fingerprint(scripts / "job.py") == before
    (scripts / "dlse/b.py").write_text("f = 2\n")
    _forget()
    assert fingerprint(scripts / "job.py") != before


def test_other_files_count_where_they_are_named(scripts):
    (scripts / "page.typ").write_text("= Title")
    before = fingerprint(scripts / "job.py", ["page.typ"])
    assert before != fingerprint(scripts / "job.py")
    (scripts / "page.typ").write_text("= Other")
    assert fingerprint(scripts / "job.py", ["page.typ"]) != before


def test_no_script_depends_on_the_config_model():
    """A job's staleness follows from its params; the model of all settings would mix them."""
    for script in (REPOSITORY / "scripts").glob("*.py"):
        assert REPOSITORY / "scripts/dlse/config.py" not in imported_modules(script)


def _forget():
    from dlse.fingerprint import _imports

    _imports.cache_clear()
