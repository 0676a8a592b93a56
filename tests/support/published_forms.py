"""Write data sets in every published form, independently of the package."""

import gzip
import zipfile
from pathlib import Path

import numpy as np

from dlse.images.file_names import CSV_FILES, IDX_FILES
from dlse.images.published import Images
from dlse.studies.mechanical.fields import Fields, pixels_of


def idx_bytes(array: np.ndarray) -> bytes:
    """The IDX form of an array."""
    magic = {3: 0x803, 1: 0x801}[array.ndim]
    sizes = b"".join(int(n).to_bytes(4, "big") for n in (magic, *array.shape))
    return sizes + array.astype(np.uint8).tobytes()


def csv_text(images: np.ndarray, labels: np.ndarray, header: bool) -> str:
    """The CSV form of the assignment."""
    lines = [",".join(["label", *(f"{r}x{c}" for r in range(1, 29) for c in range(1, 29))])]
    lines = lines if header else []
    for image, label in zip(images.reshape(len(images), -1), labels, strict=True):
        lines.append(",".join(map(str, [label, *image])))
    return "\n".join(lines) + "\n"


def write_idx(folder: Path, images: Images, packed: bool) -> None:
    """Four IDX files of `images` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, name in IDX_FILES.items():
        data = idx_bytes(getattr(images, part.replace(" ", "_")))
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(data))
        else:
            (folder / name).write_bytes(data)


def write_csv(folder: Path, images: Images, header: bool) -> None:
    """Both CSV files of `images` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, name in CSV_FILES.items():
        arrays = (getattr(images, f"{split}_images"), getattr(images, f"{split}_labels"))
        (folder / name).write_text(csv_text(*arrays, header))


def write_published(folder: Path, fields: Fields, packed: bool, n_test: int | None = None) -> None:
    """Write the files of Mechanical MNIST, plain (in one folder per archive) or packed. The first
    `n_test` blocks (default: all) form the test part, the others the training part."""
    n_test = len(fields.bitmaps) if n_test is None else n_test
    texts = {}
    for part, of in (("test", slice(None, n_test)), ("train", slice(n_test, None))):
        bitmaps = pixels_of(fields.bitmaps[of]).reshape(-1, 784)
        texts[f"MNIST_input_files/mnist_img_{part}.txt"] = _rows(bitmaps, "%d")
        for t, step in enumerate(fields.steps):
            for component, axis in enumerate("xy"):
                archive = f"FEA_displacement_results_step{step}"
                values = fields.displacements[of, t, ..., component].reshape(-1, 784)
                name = f"{archive}/summary_disp{axis}_{part}_step{step}.txt"
                texts[name] = _rows(values, "%.18e")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        if not text:
            continue
        archive = folder / name.split("/")[0]
        if packed:
            with zipfile.ZipFile(f"{archive}.zip", "a", zipfile.ZIP_DEFLATED) as stream:
                stream.writestr(name, text)
        else:
            archive.mkdir(exist_ok=True)
            (folder / name).write_text(text)


def _rows(values: np.ndarray, form: str) -> str:
    return "".join(" ".join(form % value for value in row) + "\n" for row in values)
