"""Measure the reading of images, from each published form to the normalized one."""

import gzip
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from dlse.images.dataset import load_dataset
from dlse.images.published import IMAGES_MAGIC
from dlse.images.readers import SIDE, read_csv, read_idx_images
from dlse.results.timing import benchmark_rows, cpu_seconds, in_turn
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def compare(data: dict[str, str], rounds: int, metrics: str) -> None:
    """Write what reading the training images costs, from packed IDX and from CSV."""
    dataset = load_dataset(**data)
    n = dataset.n_train
    pixels = np.rint(dataset.images[:n] * 255).astype(np.uint8)
    with tempfile.TemporaryDirectory() as name:
        idx, csv = (Path(name) / f"images.{form}" for form in ("gz", "csv"))
        sizes = b"".join(size.to_bytes(4, "big") for size in (IMAGES_MAGIC, n, SIDE, SIDE))
        idx.write_bytes(gzip.compress(sizes + pixels.tobytes()))
        labels = dataset.labels[:n].astype(np.uint8)
        table = np.column_stack([labels, pixels.reshape(n, -1)])
        header = ["label", *(f"pixel{place}" for place in range(SIDE * SIDE))]
        pd.DataFrame(table, columns=header).to_csv(csv, index=False)
        rows = []
        for line, contestants in {
            "read_idx": {
                "ours": lambda: _normalized(read_idx_images(idx)),
                "gzip and numpy.frombuffer": lambda: _normalized(_plain_idx(idx)),
            },
            "read_csv": {
                "ours": lambda: _normalized(read_csv(csv)[0]),
                "pandas.read_csv": lambda: _normalized(_with_pandas(csv)),
                "pandas.read_csv, pyarrow": lambda: _normalized(_with_pandas(csv, "pyarrow")),
            },
        }.items():
            rows += _line(line, dataset.label, contestants, rounds)
    write_table(metrics_table(rows), metrics)


def _line(
    line: str, dataset: str, contestants: dict[str, Callable[[], np.ndarray]], rounds: int
) -> list[dict]:
    ours, *others = contestants.values()
    images = ours()
    assert all(np.array_equal(images, read()) for read in others)
    del images
    timed = {name: partial(cpu_seconds, read) for name, read in contestants.items()}
    return benchmark_rows(line, dataset, in_turn(timed, rounds))


def _normalized(pixels: np.ndarray) -> np.ndarray:
    return np.divide(pixels.reshape(-1, SIDE, SIDE), np.float32(255), dtype=np.float32)


def _plain_idx(path: Path) -> np.ndarray:
    with gzip.open(path) as stream:
        return np.frombuffer(stream.read(), np.uint8, offset=16)


def _with_pandas(path: Path, engine: str | None = None) -> np.ndarray:
    return pd.read_csv(path, engine=engine).to_numpy()[:, 1:]


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            rounds=snakemake.params.rounds,
            metrics=snakemake.output[0],
        )
