"""The published files of Mechanical MNIST that are there already, for the rules."""

from pathlib import Path


def local_references(folder: str) -> list[str]:
    """The files with published values of Mechanical MNIST that are in `folder`."""
    return sorted(str(path) for path in Path(folder).glob("*.txt"))


def published_files(source: str) -> list[str]:
    """The files of Mechanical MNIST in the folder `source`. Downloaded files are not inputs."""
    if source == "published":
        return []
    found = (Path(source).rglob(pattern) for pattern in ("*.txt", "*.zip"))
    return sorted(str(path) for paths in found for path in paths)
