"""Readers of the two forms in which MNIST is published: IDX and CSV.

Both return the same arrays, images `[N, 28, 28]` and labels `[N]` of uint8, or refuse the file with
a `UserError` that names the file, the place in it and the remedy. A `.gz` file is unpacked on the
way.

The IDX form: https://yann.lecun.com/exdb/mnist (magic number, sizes, then the bytes).
The CSV form: one row per image, with its label, then its 784 pixels row by row; there may be a
header row.
"""

import gzip
import io
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from dlse.images.published import IMAGES_MAGIC, LABELS_MAGIC
from dlse.workflow.errors import UserError

SIDE = 28
N_PIXELS = SIDE * SIDE
CLASSES = 10
# More than any data set of handwritten characters has. A larger count would fill the memory.
MOST_IMAGES = 10_000_000
_CHUNK = 1 << 20


def read_idx_images(path: Path) -> np.ndarray:
    """Images `[N, 28, 28]` of uint8 from an IDX file."""
    data = _read_idx(path, IMAGES_MAGIC, "images", fixed=(SIDE, SIDE))
    return data.reshape(-1, SIDE, SIDE)


def read_idx_labels(path: Path) -> np.ndarray:
    """Labels `[N]` of uint8, 0 to 9, from an IDX file."""
    labels = _read_idx(path, LABELS_MAGIC, "labels", fixed=())
    wrong = np.flatnonzero(labels >= CLASSES)
    if wrong.size:
        raise UserError(
            f"{path}: label {labels[wrong[0]]} of item {wrong[0] + 1} (byte {8 + wrong[0]}) is "
            f"not a class from 0 to {CLASSES - 1}; get a new copy of the file, or correct it."
        )
    return labels


def read_csv(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images `[N, 28, 28]` and labels `[N]` of uint8 from a CSV file."""
    data = b"".join(_chunks(path)).removeprefix(b"\xef\xbb\xbf")
    _refuse_empty_or_html(path, data)
    first = data.split(b"\n", 1)[0]
    has_header = not first.split(b",", 1)[0].strip(b" \r\"'").isdigit()
    columns = [str(column) for column in range(N_PIXELS + 1)]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                column_names=columns, skip_rows=int(has_header), use_threads=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.uint8()), null_values=[]
            ),
        )
    except pa.ArrowInvalid as error:
        raise _csv_error(path, data, has_header, str(error)) from None
    values = np.empty((table.num_rows, N_PIXELS + 1), np.uint8)
    for column in range(N_PIXELS + 1):
        values[:, column] = table.column(column).to_numpy()
    if not len(values) or (values[:, 0] >= CLASSES).any():
        raise _csv_error(path, data, has_header, "no rows")
    return values[:, 1:].reshape(-1, SIDE, SIDE), values[:, 0].copy()


def require_equal_counts(images: np.ndarray, labels: np.ndarray, where: str) -> None:
    """Raise a `UserError` if the numbers of images and labels differ."""
    if len(images) != len(labels):
        raise UserError(
            f"{where}: {len(images):,} images but {len(labels):,} labels; "
            "take both files from the same source."
        )


def _chunks(path: Path):
    """The unpacked content of `path`, one piece at a time."""
    opener = gzip.open if path.suffix == ".gz" else open
    done = 0
    try:
        with opener(path, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                done += len(chunk)
                yield chunk
    except EOFError:
        raise UserError(
            f"{path}: the gzip data end too early, after {done:,} unpacked bytes, so the file was "
            "cut off; get a new copy."
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        with open(path, "rb") as stream:
            _refuse_empty_or_html(path, stream.read(512))
        raise UserError(
            f"{path}: not a valid gzip file after {done:,} unpacked bytes ({error}); "
            "get a new copy."
        ) from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the file.") from None


def _read_idx(path: Path, magic: int, what: str, fixed: tuple[int, ...]) -> np.ndarray:
    header_size = 8 + 4 * len(fixed)
    data = bytearray()
    expected = None
    for chunk in _chunks(path):
        data += chunk
        if expected is None and len(data) >= header_size:
            expected = header_size + _count_of_bytes(path, data, magic, what, fixed)
        if expected is not None and len(data) > expected:
            break
    if expected is None:
        _refuse_empty_or_html(path, data)
        raise UserError(
            f"{path}: only {len(data)} bytes, less than the {header_size} of an IDX header; "
            "get a new copy."
        )
    if len(data) != expected:
        found = f"{len(data):,}" if len(data) < expected else f"more than {expected:,}"
        raise UserError(
            f"{path}: according to the header (byte 4), the {what} make {expected:,} bytes in all, "
            f"but the file holds {found}; get a new copy."
        )
    return np.frombuffer(data, np.uint8, offset=header_size)


def _count_of_bytes(path, data, magic: int, what: str, fixed: tuple[int, ...]) -> int:
    found, count, *shape = (
        int.from_bytes(data[at : at + 4], "big") for at in range(0, 8 + 4 * len(fixed), 4)
    )
    if found != magic:
        _refuse_empty_or_html(path, data)
        raise UserError(
            f"{path}: magic number {found:#010x} at byte 0, but IDX {what} begin with "
            f"{magic:#010x}; check that the right file has this name."
        )
    if tuple(shape) != fixed:
        raise UserError(
            f"{path}: images of {' x '.join(map(str, shape))} pixels (byte 8), but "
            f"{SIDE} x {SIDE} are needed; resize them first."
        )
    if not 0 < count <= MOST_IMAGES:
        raise UserError(
            f"{path}: announces {count:,} {what} (byte 4), but only 1 to {MOST_IMAGES:,} can be "
            "read; get a new copy, or divide the file."
        )
    return count * int(np.prod(fixed, dtype=np.int64))


def _refuse_empty_or_html(path: Path, data: bytes) -> None:
    if not bytes(data[:512]).strip():
        raise UserError(f"{path}: the file is empty; get a new copy.")
    if bytes(data[:512]).lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise UserError(
            f"{path}: a web page (byte 0 is '<') instead of the data, as servers send for a "
            "missing file; check the address and download it again."
        )


def _csv_error(path: Path, data: bytes, has_header: bool, reason: str) -> UserError:
    """Read the rows slowly to find what the fast reader refused for `reason`."""
    remedy = "correct the row, or get a new copy of the file."
    rows = 0
    for number, line in enumerate(io.BytesIO(data), start=1):
        fields = line.strip().split(b",")
        if (number == 1 and has_header) or fields == [b""]:
            continue
        rows += 1
        if len(fields) != N_PIXELS + 1:
            return UserError(
                f"{path}: row {number} has {len(fields)} fields, but a label and {N_PIXELS} pixels "
                f"make {N_PIXELS + 1}; {remedy}"
            )
        for column, field in enumerate(fields):
            text = field.strip(b" \"'").decode("utf-8", "replace")
            largest = 255 if column else CLASSES - 1
            if not (text.isascii() and text.isdigit() and int(text) <= largest):
                name = f"pixel {column}" if column else "the label"
                return UserError(
                    f"{path}: {name} in row {number} is {text[:20]!r}, not a whole number from "
                    f"0 to {largest}; {remedy}"
                )
    if not rows:
        return UserError(f"{path}: holds a header but no image; get a new copy.")
    return UserError(f"{path}: cannot be read as CSV ({reason}); get a new copy.")
