"""The fingerprint of a job: its code and the packages that compute for it, as one line of text.

Snakemake looks at the date of a script, and does not see the modules that the script imports. A
rule with this fingerprint among its `params` reruns if the meaning of its script, or of a module
that the script imports, changes, or if another version of a package that computes is installed.
Nothing else makes it rerun: comments, docstrings, the layout, the words of errors and logs, and the
dates of files make no difference to what is computed.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

PACKAGE = "dlse"
STUDIES = f"{PACKAGE}.studies"  # found beside the package, see dlse/studies
# The packages whose versions can change numbers, by the name of the import that needs them.
COMPUTING = {
    "numpy": ("numpy",),
    "scipy": ("numpy", "scipy"),
    "sklearn": ("numpy", "scikit-learn", "scipy"),
    "torch": ("torch",),
}


def imported_modules(root: Path, script: Path, without: Iterable[str] = ()) -> set[Path]:
    """The files in the folder `root`, of the package and of the studies, that `script` imports,
    directly or through other modules, except the modules `without` and what only these import.

    The import statements are read from the source text, at any depth, including those inside
    functions. Nothing is executed.
    """
    left_out = {_path(name, root).with_suffix(".py") for name in without}
    found: set[Path] = set()
    to_read = [script]
    while to_read:
        for name in _module(to_read.pop(), root).imports:
            new = _files(name, root) - found - left_out
            found |= new
            to_read += new
    return found


def fingerprint(
    root: Path,
    script: Path,
    others: Iterable[str] = (),
    lock: Path | None = None,
    without: Iterable[str] = (),
) -> str:
    """The fingerprint of `script`, such as "0123456789abcdef, numpy 2.4.6, torch 2.13.0".

    The first part is the sha256 (16 hexadecimal digits) of the names and meanings of the script, of
    its `imported_modules` and of the files `others` in `root`. A Python file among the others
    counts with its own imports; the script imports it by a name that it is given. The second part
    lists the packages that compute for these files, in the version that is installed here or,
    for packages that are not, in the version that `lock` pins.

    The modules `without` do not count. No change of them can change a result, because what they
    return is checked against a fixed hash, or because the settings leave them unused.
    """
    paths = [root / name for name in others]
    roots = {script, *(path for path in paths if path.suffix == ".py")}
    imported = set().union(*(imported_modules(root, path, without) for path in roots))
    modules = [_module(path, root) for path in roots | imported]
    meanings = {module.path: module.meaning for module in modules}
    meanings |= {path: _text(path) for path in paths if path not in roots}
    digest = hashlib.sha256()
    for path, meaning in sorted(meanings.items()):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(meaning.encode()).digest())
    names = {name.split(".")[0] for module in modules for name in module.imports}
    packages = {package for name in names for package in COMPUTING.get(name, ())}
    versions = (f"{package} {package_version(package, lock)}" for package in sorted(packages))
    return ", ".join([digest.hexdigest()[:16], *versions])


@cache
def package_version(name: str, lock: Path | None = None) -> str:
    """The version of a package that is installed here; otherwise the one that `lock` pins, since
    jobs may run in an environment with the pinned versions; otherwise "unknown"."""
    try:
        return version(name)
    except PackageNotFoundError:
        return locked_versions(lock).get(name, "unknown") if lock else "unknown"


def other_versions(lock: Path) -> list[str]:
    """One sentence for each computing package whose installed version differs from the one that
    `lock` pins. The build (2.13.0+cpu) does not count."""
    pinned = locked_versions(lock)
    sentences = []
    for package in sorted(set().union(*COMPUTING.values()) & set(pinned)):
        installed = package_version(package, lock)
        if installed.partition("+")[0] != pinned[package]:
            sentences.append(
                f"{package} {installed} is installed, but {lock.name} pins {pinned[package]}; "
                "`make all` installs the pinned version and repeats the jobs that depend on it."
            )
    return sentences


def locked_versions(lock: Path) -> dict[str, str]:
    """The versions that a lock file of pip pins, by package."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


class _Module(NamedTuple):
    path: Path
    imports: frozenset[str]  # dotted names
    meaning: str


@cache
def _module(path: Path, root: Path) -> _Module:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    imports = frozenset(_imports(tree, path.relative_to(root)))
    return _Module(path, imports, ast.dump(_Meaning().visit(tree)))


def _imports(tree: ast.Module, path: Path) -> Iterator[str]:
    """The dotted names that a module imports. path: its file, relative to the root."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:  # relative to the package that contains the module
                parents = path.with_suffix("").parts[: -node.level]
                module = ".".join((*parents, *filter(None, [module])))
            yield module
            # Some are no modules: `from package import module`, but also `from module import name`.
            yield from (f"{module}.{alias.name}" for alias in node.names)


@cache
def _files(name: str, root: Path) -> frozenset[Path]:
    """The files that `import name` runs, if they belong to the package or a study. For a.b.c
    these include a/__init__.py and a/b/__init__.py."""
    parts = name.split(".")
    if parts[0] != PACKAGE:
        return frozenset()
    stems = (_path(".".join(parts[:depth]), root) for depth in range(1, len(parts) + 1))
    candidates = ((stem / "__init__.py", stem.with_suffix(".py")) for stem in stems)
    return frozenset(file for pair in candidates for file in pair if file.is_file())


def _path(name: str, root: Path) -> Path:
    """The path of the module or package `name`, without suffix."""
    return root.joinpath(*name.removeprefix(f"{STUDIES}.").split("."))


class _Meaning(ast.NodeTransformer):
    """Removes what no result can depend on: docstrings, calls of `print` (they write to a log), and
    the words of errors (a job that ends with an error has no result)."""

    def _without_docstring(self, node):
        self.generic_visit(node)
        match node.body:
            case [ast.Expr(ast.Constant(str())), *rest]:
                node.body = rest
        return node

    visit_Module = visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = _without_docstring

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        match node.value:
            case ast.Call(ast.Name("print")):
                return ast.Pass()
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        match node.exc:
            case ast.Call(error):
                return ast.Raise(error)
        return node


def _text(path: Path) -> str:
    """A source of the report without comment lines, spaces at the ends of lines, and repeated empty
    lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = (line.rstrip() for line in lines if not line.lstrip().startswith("//"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
