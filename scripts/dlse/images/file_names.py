"""The names of the files of a data set of images. A dry run reads this, so it imports little."""

from pathlib import Path

IDX_FILES = {
    "train images": "train-images-idx3-ubyte",
    "train labels": "train-labels-idx1-ubyte",
    "test images": "t10k-images-idx3-ubyte",
    "test labels": "t10k-labels-idx1-ubyte",
}
CSV_FILES = {"train": "mnist_train.csv", "test": "mnist_test.csv"}
PACKINGS = (".gz", "")


def present(folder: Path, file: str) -> Path | None:
    """The path of `file` in `folder`, packed or plain; None if there is no such file."""
    for packing in PACKINGS:
        if (path := folder / (file + packing)).is_file():
            return path
    return None


def local_files(folder: Path) -> list[Path]:
    """The files of a data set that are in `folder`."""
    names = [*IDX_FILES.values(), *CSV_FILES.values()]
    return [path for path in (present(folder, name) for name in names) if path]


def local_image_files(data: dict) -> list[str]:
    """The image files that exist already, as inputs, so that a changed or new file is noticed.

    data: the section of the config.
    """
    match data["dataset"]:
        case "digits":
            folders = []
        case "auto" | "mnist":
            folders = ["data/raw", *data["sources"]]
        case folder:
            folders = [folder]
    local = [Path(folder) for folder in folders if "://" not in folder]
    return [str(path) for folder in local for path in local_files(folder)]
