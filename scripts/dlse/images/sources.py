"""Find the images in the user's own files, in shared folders or on mirrors, or take the digits that
come with scikit-learn.

Checksums are taken of the decoded pixels and labels, so every form (IDX or CSV, packed or not) and
every mirror must give identical data.
"""

from collections.abc import Iterator
from pathlib import Path

from dlse.images.data_names import own_name
from dlse.images.digits import digits
from dlse.images.downloads import download
from dlse.images.file_names import CSV_FILES, IDX_FILES, PACKINGS, local_files, present
from dlse.images.published import Images
from dlse.images.readers import read_csv, read_idx_images, read_idx_labels, require_equal_counts
from dlse.workflow.errors import UserError

# The sha256 of the unpacked IDX files of MNIST.
MNIST_SHA256 = {
    "train images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "test images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "test labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def find_images(dataset: str, raw: Path, sources: list[str]) -> Images:
    """The images that `dataset` names, from the first source with the right content.

    dataset: "mnist" (from `raw`, then from `sources`, otherwise an error), "digits"
        (scikit-learn's, without network), "auto" (MNIST, otherwise the digits as a stand-in), or a
        folder with another data set in the same form.
    sources: folders, or addresses of folders, that hold MNIST.

    Prints which sources were not used, and why. Raises a `UserError` if no source is left.
    """
    if dataset == "digits":
        return digits()
    if dataset not in ("auto", "mnist"):
        folder = Path(dataset)
        if not folder.is_dir():
            raise UserError(
                f"data.dataset: {dataset!r} is neither auto, mnist or digits nor a folder; "
                "give one of these."
            )
        return read_folder(folder, name=own_name(folder.resolve().name))
    tried = []
    for source in [str(raw), *sources]:
        try:
            return _mnist_from(source, downloads=raw / "downloads")
        except UserError as error:
            print(f"{source}: not used. {error}")
            tried.append(f"{source} ({str(error).rstrip('.')})")
    listing = "; ".join(tried)
    if dataset == "mnist":
        raise UserError(
            f"MNIST is not in reach; tried: {listing}. Put the four IDX files or the two CSV "
            f"files into {raw}, or name a folder that has them under data.sources."
        )
    return digits(is_stand_in=True)


def read_folder(folder: Path, name: str) -> Images:
    """The data set in `folder`: four IDX files, or the two CSV files."""
    idx = {part: present(folder, file) for part, file in IDX_FILES.items()}
    csv = {split: present(folder, file) for split, file in CSV_FILES.items()}
    if all(idx.values()):
        parts = {
            part: (read_idx_images if part.endswith("images") else read_idx_labels)(path)
            for part, path in idx.items()
        }
    elif all(csv.values()):
        parts = {}
        for split, path in csv.items():
            parts[f"{split} images"], parts[f"{split} labels"] = read_csv(path)
    else:
        missing = [file for part, file in IDX_FILES.items() if not idx[part]]
        raise UserError(
            f"{folder}: holds no complete data set; it lacks {', '.join(missing)} (plain or "
            f".gz), and does not have both {' and '.join(CSV_FILES.values())} either."
        )
    for split in ("train", "test"):
        require_equal_counts(
            parts[f"{split} images"], parts[f"{split} labels"], f"{folder} ({split} files)"
        )
    return Images(
        name,
        str(folder),
        parts["train images"],
        parts["train labels"],
        parts["test images"],
        parts["test labels"],
    )


def _mnist_from(source: str, downloads: Path) -> Images:
    if "://" not in source:
        images = read_folder(Path(source), name="mnist")
        _require_mnist(images)
        return images
    folder = _download(source, downloads)
    try:
        images = read_folder(folder, name="mnist")
        _require_mnist(images)
    except UserError:
        for path in local_files(folder):  # otherwise the next run would find them
            path.unlink()
        raise
    return Images(**{**vars(images), "source": source})


def _require_mnist(images: Images) -> None:
    if part := images.differing_part(MNIST_SHA256):
        raise UserError(
            f"{images.source}: well formed, but the {part} are not MNIST's (sha256 "
            f"{images.sha256()[part][:12]}…, expected {MNIST_SHA256[part][:12]}…); for another "
            "data set, give its folder as data.dataset."
        )


def _download(source: str, downloads: Path) -> Path:
    """Download a data set from the address `source` into a folder of its own."""
    folder = downloads / source.split("://", 1)[1].strip("/").replace("/", "_")
    reasons = []
    for files in _forms():
        try:
            download(source, files, folder)
            return folder
        except FileNotFoundError as error:  # the server may have another form
            reasons.append(str(error))
    raise UserError(f"no known files there ({'; '.join(reasons)}).")


def _forms() -> Iterator[list[str]]:
    """The lists of files in which an address may offer a data set."""
    for packing in PACKINGS:
        yield [file + packing for file in IDX_FILES.values()]
    yield list(CSV_FILES.values())
