"""Each form gives the same arrays; each bad file gives one sentence."""

import gzip
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlse.images.readers import read_csv, read_idx_images, read_idx_labels
from dlse.images.sources import read_folder
from dlse.workflow.errors import UserError
from support.checkout import REPOSITORY
from support.published_forms import csv_text, idx_bytes, write_csv, write_idx


@pytest.mark.parametrize("form", ["packed", "plain", "csv", "csv with header"])
def test_every_form_gives_the_same_arrays(tmp_path, small, form):
    if form.startswith("csv"):
        write_csv(tmp_path, small, header="header" in form)
    else:
        write_idx(tmp_path, small, packed=form == "packed")
    found = read_folder(tmp_path, "small")
    for part in ("train_images", "train_labels", "test_images", "test_labels"):
        np.testing.assert_array_equal(getattr(found, part), getattr(small, part))
        assert getattr(found, part).dtype == np.uint8
    assert found.sha256() == small.sha256()


def test_csv_survives_windows_line_ends_and_a_byte_order_mark(tmp_path, small):
    text = csv_text(small.test_images, small.test_labels, header=True).replace("\n", "\r\n")
    (tmp_path / "x.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    images, labels = read_csv(tmp_path / "x.csv")
    np.testing.assert_array_equal(images, small.test_images)
    np.testing.assert_array_equal(labels, small.test_labels)


IMAGES = idx_bytes(np.arange(2 * 784, dtype=np.uint8).reshape(2, 28, 28))
HTML = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"


@pytest.mark.parametrize(
    ("content", "packed", "sentence"),
    [
        (gzip.compress(IMAGES, mtime=0)[:-30], True, "cut off"),
        (b"not gzip at all", True, "not a valid gzip file"),
        (HTML, True, "a web page"),
        (HTML, False, "a web page"),
        (b"", False, "empty"),
        (b"", True, "empty"),
        (gzip.compress(b"", mtime=0), True, "empty"),
        (IMAGES[:10], False, "less than the 16 of an IDX header"),
        (b"\0\0\x08\x01" + IMAGES[4:], False, "magic number 0x00000801 at byte 0"),
        (IMAGES[:-1], False, "1,584 bytes in all, but the file holds 1,583"),
        (IMAGES + b"\0", False, "more than 1,584"),
        (IMAGES[:4] + b"\0\0\xff\xff" + IMAGES[8:], False, "the file holds 1,584"),
        (IMAGES[:4] + b"\xff\xff\xff\xff" + IMAGES[8:], False, "announces 4,294,967,295 images"),
        (IMAGES[:8] + b"\0\0\0\x20" + IMAGES[12:], False, "images of 32 x 28 pixels"),
    ],
)
def test_bad_idx_is_refused_with_one_sentence(tmp_path, content, packed, sentence):
    path = tmp_path / ("images.gz" if packed else "images")
    path.write_bytes(content)
    with pytest.raises(UserError, match=sentence) as error:
        read_idx_images(path)
    message = str(error.value)
    assert str(path) in message
    assert "\n" not in message


def test_a_label_of_ten_is_refused(tmp_path):
    (tmp_path / "labels").write_bytes(idx_bytes(np.array([3, 1, 10, 2])))
    with pytest.raises(UserError, match=r"label 10 of item 3 \(byte 10\)"):
        read_idx_labels(tmp_path / "labels")


def _row(label="7", **pixels):
    fields = [label] + ["0"] * 784
    for place, value in pixels.items():
        fields[int(place[1:])] = value
    return ",".join(fields)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([_row(), _row().rsplit(",", 1)[0]], "row 2 has 784 fields"),
        ([_row(), _row(), _row(p5="256")], "pixel 5 in row 3 is '256'"),
        ([_row(), _row(p784="abc")], "pixel 784 in row 2 is 'abc'"),
        ([_row(), _row(p9="-1")], "pixel 9 in row 2 is '-1'"),
        ([_row(), _row(p9="")], "pixel 9 in row 2 is ''"),
        ([_row(), _row(p9="0.5")], "pixel 9 in row 2 is '0.5'"),
        ([_row(), _row(label="10")], "the label in row 2 is '10'"),
        ([_row(), HTML.decode()], "row 2 has 1 fields"),
        ([""], "empty"),
        ([HTML.decode()], "a web page"),
        (["label," + ",".join(["p"] * 784)], "holds a header but no image"),
    ],
)
def test_bad_csv_is_refused_with_one_sentence(tmp_path, rows, sentence):
    path = tmp_path / "mnist_test.csv"
    path.write_text("\n".join(rows))
    with pytest.raises(UserError, match=sentence) as error:
        read_csv(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_counts_that_differ_are_refused(tmp_path, small):
    write_idx(tmp_path, small, packed=False)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(small.train_labels[:-1]))
    with pytest.raises(UserError, match="100 images but 99 labels"):
        read_folder(tmp_path, "small")


def _reference_idx(data: bytes) -> np.ndarray | None:
    """The IDX format in four lines; None where the bytes are not of it."""
    sizes = [int.from_bytes(data[i : i + 4], "big") for i in range(0, 16, 4)]
    if len(data) < 17 or sizes[0] != 0x803 or sizes[2:] != [28, 28]:
        return None
    if len(data) != 16 + sizes[1] * 784:
        return None
    return np.frombuffer(data[16:], np.uint8).reshape(-1, 28, 28)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, len(IMAGES) - 1), st.integers(0, 255)), max_size=3),
    length=st.integers(0, len(IMAGES) + 2),
)
def test_mutated_idx_is_read_as_the_reference_does_or_refused(
    tmp_path, record_property, changes, length
):
    data = bytearray(IMAGES)
    for place, value in changes:
        data[place % 24 if value % 2 else place] = value  # half of them in the header
    data = bytes((data + b"\0\0")[:length])
    (tmp_path / "images").write_bytes(data)
    expected = _reference_idx(data)
    if expected is None:
        with pytest.raises(UserError):
            read_idx_images(tmp_path / "images")
    else:
        np.testing.assert_array_equal(read_idx_images(tmp_path / "images"), expected)
    record_property("mutated IDX and CSV files tried", 1)


PACKED = gzip.compress(IMAGES, mtime=0)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, len(PACKED) - 1), st.integers(0, 255)), max_size=3),
    length=st.one_of(st.just(len(PACKED)), st.integers(0, len(PACKED))),
)
def test_mutated_gzip_gives_the_same_images_or_is_refused(
    tmp_path, record_property, changes, length
):
    data = bytearray(PACKED)
    for place, value in changes:
        data[place] = value
    (tmp_path / "images.gz").write_bytes(data[:length])
    try:
        images = read_idx_images(tmp_path / "images.gz")
    except UserError:
        pass
    else:
        np.testing.assert_array_equal(idx_bytes(images), IMAGES)
    record_property("mutated IDX and CSV files tried", 1)


@pytest.mark.parametrize("form", ["idx", "csv"])
def test_no_more_memory_is_taken_than_three_times_the_file(tmp_path, form):
    images = np.random.default_rng(0).integers(0, 256, (20_000, 28, 28), dtype=np.uint8)
    if form == "idx":
        path, reader = tmp_path / "images", "read_idx_images"
        path.write_bytes(idx_bytes(images))
    else:
        path, reader = tmp_path / "images.csv", "read_csv"
        path.write_text(csv_text(images, images[:, 0, 0] % 10, header=False))
    measure = f"""
import resource; from pathlib import Path; from dlse.images.readers import {reader}
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak(); {reader}(Path("{path}")); print(peak() - before)"""
    scripts = {**os.environ, "PYTHONPATH": str(REPOSITORY / "scripts")}
    command = [sys.executable, "-c", measure]
    done = subprocess.run(command, env=scripts, capture_output=True, text=True, check=True)
    assert int(done.stdout) <= 3 * path.stat().st_size


def test_a_file_that_announces_too_many_images_is_refused_before_it_is_read(tmp_path):
    header = IMAGES[:4] + (50_000_000).to_bytes(4, "big") + IMAGES[8:16]
    with gzip.open(tmp_path / "images.gz", "wb", compresslevel=1) as stream:
        stream.write(header + bytes(1 << 20))
    with pytest.raises(UserError, match="announces 50,000,000 images"):
        read_idx_images(tmp_path / "images.gz")


def _reference_csv(data: bytes) -> np.ndarray | None:
    """The CSV form by Python's own means; None where the text is not of it. Strict: a first line
    that begins with no number is a header, and each other one holds 785 numbers that fit."""
    first, *lines = data.decode("latin-1").split("\n")
    if first.split(",")[0].isdigit():
        lines = [first, *lines]
    rows = [line.split(",") for line in lines if line]
    numbers = [[int(f) for f in row if f.isascii() and f.isdigit()] for row in rows]
    fits = all(
        len(row) == len(fields) == 785 and row[0] < 10 and max(row) < 256
        for row, fields in zip(numbers, rows, strict=True)
    )
    return np.array(numbers) if rows and fits else None


TEXT = b"label," + b",".join(b"p%d" % i for i in range(784)) + b"\n"
TEXT += b"".join(b"%d," % i + b",".join(b"%d" % (i * j % 256) for j in range(784)) + b"\n"
                 for i in range(3))  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(TEXT) - 1), st.sampled_from(b'0123456789,,\n"x-. \0\xff')),
        max_size=3,
    ),
    length=st.one_of(st.just(len(TEXT)), st.integers(0, len(TEXT))),
)
def test_mutated_csv_is_read_as_the_reference_does_or_refused(
    tmp_path, record_property, changes, length
):
    data = bytearray(TEXT)
    for place, value in changes:
        data[place] = value
    (tmp_path / "mnist.csv").write_bytes(data[:length])
    expected = _reference_csv(bytes(data[:length]))
    try:
        images, labels = read_csv(tmp_path / "mnist.csv")
    except UserError:
        assert expected is None
    else:
        # What is laxer than the reference (spaces, quotes) is read as numbers that fit.
        assert (labels < 10).all()
        if expected is not None:
            np.testing.assert_array_equal(labels, expected[:, 0])
            np.testing.assert_array_equal(images.reshape(-1, 784), expected[:, 1:])
    record_property("mutated IDX and CSV files tried", 1)
