"""The code that a job runs, as one number: its script and the modules that this imports.

Snakemake looks at the date of a script and does not see the modules that it imports. A rule
that carries this fingerprint among its `params` reruns when either changes in content, and
for no other reason: a fresh checkout, with other dates, keeps its results.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = "dlse"


def imported_modules(script: Path) -> set[Path]:
    """The files of the package that `script` imports, directly or through one another.

    Reads the import statements (at any depth, inside functions too) of the source text;
    nothing is executed. `script` lies in the folder that holds the package.
    """
    root = script.parent
    found: set[Path] = set()
    to_read = [script]
    while to_read:
        for path in _imports(to_read.pop(), root) - found:
            found.add(path)
            to_read.append(path)
    return found


def fingerprint(script: Path, others: Iterable[str] = ()) -> str:
    """The sha256 (16 hexadecimal digits) of the names and contents of `script`, of its
    `imported_modules` and of the files `others` in its folder."""
    digest = hashlib.sha256()
    for path in sorted(
        imported_modules(script) | {script, *(script.parent / name for name in others)}
    ):
        digest.update(path.relative_to(script.parent).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def _imports(path: Path, root: Path) -> frozenset[Path]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:  # relative: count from the package that holds the module
                parents = path.relative_to(root).with_suffix("").parts[: -node.level]
                module = ".".join((*parents, *filter(None, [module])))
            names.add(module)
            # `from package import module` names a module, `from module import name` does not.
            names.update(f"{module}.{alias.name}" for alias in node.names)
    files: set[Path] = set()
    for name in names:
        parts = name.split(".")
        if parts[0] != PACKAGE:
            continue
        # Importing a.b.c runs a/__init__.py and a/b/__init__.py as well.
        for depth in range(1, len(parts) + 1):
            stem = root.joinpath(*parts[:depth])
            candidates = (stem / "__init__.py", stem.with_suffix(".py"))
            files.update(file for file in candidates if file.is_file())
    return frozenset(files)
