"""Published files of Mechanical MNIST are read packed or plain, or refused with one sentence."""

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from dlse.studies.mechanical.fields import Fields, normalized
from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.studies.mechanical.published_fields import archives, fetch, read_fields, read_rows
from dlse.workflow.errors import UserError
from support.published_forms import write_published

STEPS = [3, 12]


@pytest.fixture(scope="module")
def fields() -> Fields:
    """Five blocks at two steps."""
    random = np.random.default_rng(0)
    return Fields(
        name="made up",
        images="made up",
        source="tests",
        is_stand_in=False,
        steps=STEPS,
        displacements=random.normal(size=(5, 2, 28, 28, 2)).astype(np.float32),
        bitmaps=normalized(random.integers(0, 256, (5, 28, 28))),
    )


@pytest.fixture
def folder(tmp_path, fields):
    """The unpacked files, with three test blocks and two training blocks."""
    write_published(tmp_path / "published", fields, packed=False, n_test=3)
    return tmp_path / "published"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("blocks", [2, 5])
def test_test_blocks_come_first_and_nothing_is_lost(tmp_path, fields, packed, blocks):
    write_published(tmp_path, fields, packed=packed, n_test=3)
    found = read_fields(tmp_path, STEPS, blocks)
    np.testing.assert_array_equal(found.displacements, fields.displacements[:blocks])
    np.testing.assert_array_equal(found.bitmaps, fields.bitmaps[:blocks])
    assert found.label == "mechanical mnist, published"


def test_a_single_step_can_be_read(folder, fields):
    found = read_fields(folder, [12], 4)
    np.testing.assert_array_equal(found.displacements, fields.displacements[:4, 1:])


def change(path, old: str, new: str) -> None:
    path.write_text(re.sub(old, new, path.read_text(), count=1))


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("dispx_test_step12", r"^\S+ ", "nan ", r"dispx_test_step12\.txt: row 1, column 1 is not"),
        ("dispy_test_step3", r"\n\S+ \S+", "\n1.0 abc", r"'abc' to float64 at row 1, column 2"),
        ("dispx_test_step3", r"^\S+ ", "", r"dispx_test_step3\.txt: .* changed from 783 to 784"),
        ("dispx_test_step3", r"^.*\n", "", r"dispx_test_step3\.txt has 2 rows, but mnist_img_test"),
        ("dispx_test_step3", r"(?s).*", "", r"step3\.txt: .*no data"),
        ("img_test", r"^\S+", "256", r"mnist_img_test\.txt has pixels outside 0 to 255"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(folder, name, old, new, sentence):
    (path,) = folder.rglob(f"*{name}.txt")
    change(path, old, new)
    with pytest.raises(UserError, match=sentence):
        read_fields(folder, STEPS, 3)


def test_a_missing_file_is_named(folder):
    with pytest.raises(
        UserError, match=r"lacks summary_dispx_test_step7\.txt, plain or in a \.zip;"
    ):
        read_fields(folder, [3, 7], 3)


def test_more_blocks_than_there_are_is_an_error(folder):
    with pytest.raises(UserError, match=r"blocks: 6 are requested, but .* holds 5; lower it"):
        read_fields(folder, STEPS, 6)


def test_a_damaged_archive_is_named(tmp_path, fields):
    write_published(tmp_path, fields, packed=True)
    path = tmp_path / "FEA_displacement_results_step3.zip"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=r"step3\.zip: not a valid zip archive"):
        read_fields(tmp_path, STEPS, 3)


@pytest.fixture
def server(tmp_path):
    """A folder, and the address at which it is served."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "served")
    handler.log_message = lambda *_: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield tmp_path / "served", f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_only_missing_archives_are_downloaded(tmp_path, server, fields):
    served, address = server
    write_published(served / LOAD_CASES["shear"].handle, fields, packed=True)
    downloads = tmp_path / "downloads"
    fetch(address, "shear", STEPS, downloads)
    assert {path.name for path in downloads.iterdir()} == set(archives(STEPS))
    found = read_fields(downloads, STEPS, 5)
    np.testing.assert_array_equal(found.displacements, fields.displacements)
    for path in served.rglob("*.zip"):
        path.unlink()
    fetch(address, "shear", STEPS, downloads)


def test_a_failed_download_names_the_files_to_put_there_by_hand(tmp_path, server, fields):
    served, address = server
    folder = served / LOAD_CASES["shear"].handle
    write_published(folder, fields, packed=True)
    (folder / "FEA_displacement_results_step3.zip").unlink()
    with pytest.raises(UserError, match=r"step3\.zip: 404 .* Put MNIST_input_files\.zip, FEA_"):
        fetch(address, "shear", STEPS, tmp_path / "downloads")


def test_a_file_of_another_shape_is_refused(tmp_path):
    path = tmp_path / "summary_psi_test_all.txt"
    np.savetxt(path, np.arange(26.0).reshape(2, 13))
    np.testing.assert_array_equal(read_rows(path, 13, most=1), np.arange(13.0)[None])
    with pytest.raises(UserError, match="has 13 columns instead of 784"):
        read_rows(path, 784, most=1)
