"""Read the published files of Mechanical MNIST (Lejeune 2020, OpenBU, CC BY-SA).

They are text with one row of 784 numbers per block: the pixels in `mnist_img_{part}.txt`, the
displacements at each load step in `summary_disp{x,y}_{part}_step{step}.txt`, where part is "train"
or "test". They lie in a folder, in folders below it, or in zip archives as published.
"""

import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np

from dlse.images.data_names import PUBLISHED_FIELDS
from dlse.images.downloads import download
from dlse.studies.mechanical.fields import Fields, normalized, save_fields
from dlse.studies.mechanical.problem import LOAD_CASES, PIXELS_PER_SIDE
from dlse.workflow.errors import UserError
from dlse.workflow.job import job

N_PIXELS = PIXELS_PER_SIDE**2
PARTS = ("test", "train")  # in the order in which blocks are taken


def archives(steps: list[int]) -> list[str]:
    """The names of the archives that hold the blocks at the load steps `steps`."""
    return [
        "MNIST_input_files.zip",
        *(f"FEA_displacement_results_step{step}.zip" for step in steps),
    ]


def fetch(archive: str, case: str, steps: list[int], folder: Path) -> None:
    """Download those archives of a load case that `folder` lacks, from the address `archive`."""
    address = f"{archive.rstrip('/')}/{LOAD_CASES[case].handle}"
    names = archives(steps)
    present = {path.stem for path in folder.rglob("*")} if folder.is_dir() else set()
    try:
        download(address, [name for name in names if Path(name).stem not in present], folder)
    except (FileNotFoundError, UserError) as error:
        raise UserError(
            f"{address}: {str(error).rstrip('.')}. Put {', '.join(names)}, packed or not, into "
            f"{folder}, or set mechanical.source to simulated."
        ) from None


def read_fields(folder: Path, steps: list[int], blocks: int) -> Fields:
    """The first `blocks` blocks in `folder` at `steps`, test part before training part."""
    places = _places(folder)
    bitmaps = np.empty((blocks, N_PIXELS), np.float32)
    displacements = np.empty((blocks, len(steps), N_PIXELS, 2), np.float32)
    done = 0
    for part in PARTS:
        if done == blocks:
            break
        pixels = _read(places, folder, f"mnist_img_{part}.txt", blocks - done)
        if pixels.min() < 0 or pixels.max() > 255:
            raise UserError(f"{folder}: mnist_img_{part}.txt has pixels outside 0 to 255.")
        now = slice(done, done + len(pixels))
        bitmaps[now] = pixels
        for t, step in enumerate(steps):
            for component, axis in enumerate("xy"):
                name = f"summary_disp{axis}_{part}_step{step}.txt"
                values = _read(places, folder, name, len(pixels))
                if len(values) < len(pixels):
                    raise UserError(
                        f"{folder}: {name} has {len(values):,} rows, but mnist_img_{part}.txt has "
                        "more; take all files from the same archive."
                    )
                displacements[now, t, :, component] = values
        done = now.stop
    if done < blocks:
        raise UserError(
            f"mechanical.blocks: {blocks:,} are requested, but {folder} holds {done:,}; lower it."
        )
    return Fields(
        name=PUBLISHED_FIELDS,
        images="mnist",
        source=str(folder),
        is_stand_in=False,
        steps=list(steps),
        displacements=displacements.reshape(blocks, -1, PIXELS_PER_SIDE, PIXELS_PER_SIDE, 2),
        bitmaps=normalized(bitmaps.reshape(blocks, PIXELS_PER_SIDE, PIXELS_PER_SIDE)),
    )


def read_rows(place: Path | zipfile.Path, columns: int, most: int) -> np.ndarray:
    """The first `most` rows `[n, columns]` of a text file, or of one in an archive."""
    try:
        with (
            warnings.catch_warnings(action="error", category=UserWarning),
            place.open("rb") as stream,
        ):
            values = np.loadtxt(stream, max_rows=most, ndmin=2)
    except (ValueError, UserWarning, OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UserError(f"{place}: {error}; get the file again.") from None
    if values.shape[1] != columns:
        raise UserError(
            f"{place}: has {values.shape[1]} columns instead of {columns}; get the file again."
        )
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0] + 1
        raise UserError(
            f"{place}: row {row}, column {column} is not a finite number; get the file again."
        )
    return values


def _read(places: dict, folder: Path, name: str, most: int) -> np.ndarray:
    if name not in places:
        raise UserError(
            f"{folder}: lacks {name}, plain or in a .zip; get the file, or change "
            "mechanical.steps or mechanical.blocks."
        )
    return read_rows(places[name], N_PIXELS, most)


def _places(folder: Path) -> dict[str, Path | zipfile.Path]:
    """Where each text file in `folder` lies, by its name. Unpacked files take precedence over
    archived ones."""
    found = {}
    for path in sorted(folder.rglob("*.zip")):
        try:
            archive = zipfile.ZipFile(path)
        except zipfile.BadZipFile:
            raise UserError(
                f"{path}: not a valid zip archive; delete it and get it again."
            ) from None
        for member in archive.namelist():
            if member.endswith(".txt") and not member.startswith("__MACOSX"):
                found[Path(member).name] = zipfile.Path(archive, member)
    return found | {path.name: path for path in sorted(folder.rglob("*.txt"))}


if __name__ == "__main__":
    with job(snakemake.log[0]):
        source, case, steps = (snakemake.params[name] for name in ("source", "case", "steps"))
        folder = Path(source)
        if source == "published":
            folder = Path(snakemake.params.downloads) / case
            fetch(snakemake.params.archive, case, steps, folder)
        fields = read_fields(folder, steps, snakemake.params.blocks)
        print(f"{len(fields.bitmaps):,} blocks at steps {fields.steps}, from {fields.source}")
        save_fields(fields, **snakemake.output)
