"""Reader of the published files of Mechanical MNIST (Lejeune 2020, OpenBU, CC BY-SA).

The files are whitespace-separated text with one row of 784 numbers per block. The pixels are in
`mnist_img_{part}.txt`, the displacements at each load step in
`summary_disp{x,y}_{part}_step{step}.txt`, where part is "train" or "test". The files lie in a
folder, in folders below it, or in zip archives as published.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dlse.images.data_names import PUBLISHED_FIELDS
from dlse.images.downloads import download
from dlse.images.readers import N_PIXELS, SIDE
from dlse.studies.mechanical.fields import Fields, normalized
from dlse.studies.mechanical.solver.load_cases import LOAD_CASES
from dlse.workflow.errors import UserError

PARTS = ("test", "train")  # in the order in which blocks are taken
INPUTS = "MNIST_input_files"
LONGEST_ROW = 100_000  # bytes; a longer row cannot be 784 numbers
SHOW_EVERY = 10_000  # rows


class Place(NamedTuple):
    """Where a text file lies: its path, or the path of an archive and its name in the archive."""

    path: Path
    member: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.member}" if self.member else str(self.path)


def archives(steps: list[int]) -> list[str]:
    """The names of the archives that hold the blocks at the load steps `steps`."""
    return [f"{INPUTS}.zip", *(f"FEA_displacement_results_step{step}.zip" for step in steps)]


def find_published(
    source: str, downloads: Path, archive: str, case: str
) -> tuple[Path, str | None]:  # fmt: skip
    """The folder with the published files, and the address that offers missing ones (None for a
    folder of the user).

    source: "published" (fetched from `archive` into a folder in `downloads`), or a folder.
    """
    if source == "published":
        return downloads / case, f"{archive.rstrip('/')}/{LOAD_CASES[case].handle}"
    folder = Path(source)
    if not folder.is_dir():
        raise UserError(
            f"mechanical.source: {source!r} is neither simulated, published nor a folder; name "
            "one of these."
        )
    return folder, None


def read_published(folder: Path, address: str | None, steps: list[int], blocks: int) -> Fields:
    """The first `blocks` blocks at `steps`, test part before training part. Archives that `folder`
    lacks are downloaded from `address`, if that is given."""
    if address is not None:
        _fetch(folder, address, steps)
    places = _text_files(folder)
    displacements = np.empty((blocks, len(steps), N_PIXELS, 2), np.float32)
    bitmaps = np.empty((blocks, N_PIXELS), np.uint8)
    done = 0
    for part in PARTS:
        left = blocks - done
        if not left:
            break
        pixels, count = _read_rows(_place(places, folder, f"mnist_img_{part}.txt"), left)
        if pixels.min() < 0 or pixels.max() > 255:
            raise UserError(f"{folder}: mnist_img_{part}.txt has pixels outside 0 to 255.")
        now = slice(done, done + len(pixels))
        bitmaps[now] = np.rint(pixels)
        for t, step in enumerate(steps):
            for component, axis in enumerate("xy"):
                name = f"summary_disp{axis}_{part}_step{step}.txt"
                values, rows = _read_rows(_place(places, folder, name), left)
                if rows != count:
                    raise UserError(
                        f"{folder}: {name} has {rows:,} rows, but mnist_img_{part}.txt has "
                        f"{count:,}; take all files from the same archive."
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
        source=address or str(folder),
        is_stand_in=False,
        steps=list(steps),
        displacements=displacements.reshape(blocks, len(steps), SIDE, SIDE, 2),
        bitmaps=normalized(bitmaps.reshape(blocks, SIDE, SIDE)),
    )


def published_energies(folder: Path) -> np.ndarray | None:
    """Strain energies `[N, steps]` of the first test blocks under uniaxial extension, from step 0
    on; None if `folder` has none."""
    for name in ("summary_psi_test_all.txt", "summary_psi_test_first1000.txt"):
        if (folder / name).is_file():
            values, _ = _read_rows(Place(folder / name), None, columns=13)
            return values
    return None


def _fetch(folder: Path, address: str, steps: list[int]) -> None:
    names = archives(steps)
    present = {path.stem for path in folder.rglob("*")} if folder.is_dir() else set()
    try:
        download(address, [name for name in names if Path(name).stem not in present], folder)
    except (FileNotFoundError, UserError) as error:
        raise UserError(
            f"{address}: {str(error).rstrip('.')}. Put {', '.join(names)}, packed or not, into "
            f"{folder}, or set mechanical.source to simulated."
        ) from None


def _text_files(folder: Path) -> dict[str, Place]:
    """The text files in `folder`, by name. Unpacked files take precedence over archived ones."""
    found = {}
    for path in sorted(folder.rglob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                members = archive.namelist()
        except zipfile.BadZipFile:
            raise UserError(
                f"{path}: not a valid zip archive; delete it and get it again."
            ) from None
        for member in members:
            if member.endswith(".txt") and not member.startswith("__MACOSX"):
                found[Path(member).name] = Place(path, member)
    for path in sorted(folder.rglob("*.txt")):
        found[path.name] = Place(path)
    return found


def _place(places: dict[str, Place], folder: Path, name: str) -> Place:
    if name in places:
        return places[name]
    before, _, after = name.partition("_step")
    there = sorted(
        int(other.removeprefix(f"{before}_step").removesuffix(".txt"))
        for other in places
        if after and other.startswith(f"{before}_step")
    )
    steps = f" (it has the steps {', '.join(map(str, there))})" if there else ""
    raise UserError(
        f"{folder}: lacks {name}, plain or in a .zip{steps}; get the file, or change "
        "mechanical.steps or mechanical.blocks."
    )


def _read_rows(place: Place, most: int | None, columns: int = N_PIXELS) -> tuple[np.ndarray, int]:
    """The first `most` rows (None: all) `[n, columns]` of a text file, and its number of rows."""
    rows: list[np.ndarray] = []
    count = 0
    for line in _lines(place):
        count += 1
        if most is not None and count > most:
            continue
        rows.append(_numbers(line, place, count, columns))
        if count % SHOW_EVERY == 0:
            print(f"{place}: {count:,} rows read")
    if not rows:
        raise UserError(f"{place}: holds no rows; get the file again.")
    return np.stack(rows), count


def _numbers(line: bytes, place: Place, row: int, columns: int) -> np.ndarray:
    fields = line.split()
    if len(fields) != columns:
        raise UserError(
            f"{place}: row {row} has {len(fields)} numbers instead of {columns}; get the file "
            "again."
        )
    try:
        values = np.array(fields, dtype=np.float64)
    except ValueError:
        values = np.array([_number(field) for field in fields])
    if not np.isfinite(values).all():
        column = int(np.argmin(np.isfinite(values)))
        word = fields[column].decode("utf-8", "replace")[:20]
        raise UserError(
            f"{place}: row {row}, column {column + 1}: {word!r} is not a finite number; get the "
            "file again."
        )
    return values


def _number(field: bytes) -> float:
    try:
        return float(field)
    except ValueError:
        return np.nan


def _lines(place: Place) -> Iterator[bytes]:
    """Yield the lines that are not blank."""
    try:
        with _opened(place) as stream:
            while line := stream.readline(LONGEST_ROW):
                if line.strip():
                    yield line
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UserError(f"{place}: damaged ({error}); delete it and get it again.") from None
    except OSError as error:
        raise UserError(f"{place}: cannot be read ({error.strerror}); check the file.") from None


@contextmanager
def _opened(place: Place) -> Iterator[io.BufferedIOBase]:
    if place.member is None:
        with open(place.path, "rb") as stream:
            yield stream
    else:
        with zipfile.ZipFile(place.path) as archive, archive.open(place.member) as stream:
            yield io.BufferedReader(stream)
