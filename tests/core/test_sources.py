"""The right content wins, wherever and in whatever form it lies."""

import json
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from dlse.images import downloads
from dlse.images.dataset import load_dataset, save_dataset, split
from dlse.images.digits import digits
from dlse.images.sources import find_images, read_folder
from dlse.workflow.errors import UserError
from support.checkout import REPOSITORY
from support.published_forms import write_csv, write_idx


@pytest.fixture
def server(tmp_path):
    """A folder, and the address at which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *_: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_the_users_own_files_come_first(tmp_path, small_as_mnist):
    write_idx(tmp_path / "raw", small_as_mnist, packed=True)
    write_csv(tmp_path / "other", small_as_mnist, header=True)
    found = find_images("mnist", tmp_path / "raw", [str(tmp_path / "other")])
    assert found.source == str(tmp_path / "raw")
    assert found.name == "mnist"


def test_wrong_content_is_passed_over_and_said(tmp_path, small_as_mnist, capsys):
    wrong = type(small_as_mnist)(
        **{**vars(small_as_mnist), "train_images": 255 - small_as_mnist.train_images}
    )
    write_idx(tmp_path / "raw", wrong, packed=False)
    write_csv(tmp_path / "other", small_as_mnist, header=False)
    found = find_images("mnist", tmp_path / "raw", [str(tmp_path / "other")])
    assert found.source == str(tmp_path / "other")
    assert "train images are not MNIST's" in capsys.readouterr().out


def test_without_a_source_mnist_is_an_error_that_lists_what_was_tried(tmp_path):
    with pytest.raises(UserError, match=r"not in reach; tried: .*raw.*nowhere") as error:
        find_images("mnist", tmp_path / "raw", [str(tmp_path / "nowhere")])
    assert "data.sources" in str(error.value)


def test_without_a_source_auto_takes_the_digits_as_a_stand_in(tmp_path):
    found = find_images("auto", tmp_path / "raw", [])
    assert found.is_stand_in
    assert len(found.train_images) + len(found.test_images) == 1797


def test_digits_asked_for_are_no_stand_in():
    assert not digits().is_stand_in


@pytest.mark.parametrize("form", ["packed", "plain", "csv"])
def test_an_address_may_offer_any_form(tmp_path, server, small_as_mnist, form):
    folder, address = server
    if form == "csv":
        write_csv(folder, small_as_mnist, header=True)
    else:
        write_idx(folder, small_as_mnist, packed=form == "packed")
    found = find_images("mnist", tmp_path / "raw", [address])
    assert found.source == address
    np.testing.assert_array_equal(found.test_images, small_as_mnist.test_images)


def test_a_web_page_instead_of_data_is_dropped_and_the_next_source_used(
    tmp_path, server, small_as_mnist, capsys
):
    folder, address = server
    write_idx(folder, small_as_mnist, packed=True)
    (folder / "train-images-idx3-ubyte.gz").write_text("<html>Please log in</html>")
    write_idx(tmp_path / "good", small_as_mnist, packed=False)
    found = find_images("mnist", tmp_path / "raw", [address, str(tmp_path / "good")])
    assert found.source == str(tmp_path / "good")
    assert "a web page" in capsys.readouterr().out
    # Nothing bad is kept: the mended address works the next time.
    write_idx(folder, small_as_mnist, packed=True)
    assert find_images("mnist", tmp_path / "raw", [address]).source == address


class Faulty(SimpleHTTPRequestHandler):
    """Serves a folder as one of these does: a broken server, a line that is cut or stands still,
    a slow one, a disk with wrong bytes, a page that asks to log in."""

    def __init__(self, fault: str, *arguments, **more):
        self.fault = fault
        super().__init__(*arguments, **more)

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if self.fault == "error 500" or not path.is_file():
            self.send_error(500 if self.fault == "error 500" else 404)
            return
        content = path.read_bytes()
        if self.fault == "wrong bytes":
            content = bytes(byte ^ 0x55 for byte in content)
        if self.fault == "page":
            content = b"<!DOCTYPE html><html><body>Please log in.</body></html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.fault in ("cut off", "stands still"):
            content = content[: len(content) // 2]
        for start in range(0, len(content), 1 + len(content) // 5):
            self.wfile.write(content[start : start + 1 + len(content) // 5])
            self.wfile.flush()
            time.sleep(0.05 if self.fault == "slow" else 0)
        if self.fault == "stands still":
            time.sleep(2)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("error 500", "500 Internal Server Error"),
        ("wrong bytes", "not a valid gzip file"),
        ("page", "a web page"),
        ("cut off", "no download of train-images"),
        ("stands still", "no download of train-images"),
        ("slow", None),
    ],
)
def test_a_faulty_server_is_passed_over_with_the_reason_and_a_slow_one_waited_for(
    tmp_path, small_as_mnist, capsys, monkeypatch, record_property, fault, reason
):
    monkeypatch.setattr(downloads, "TIMEOUT", (1, 0.5))
    write_idx(tmp_path / "served", small_as_mnist, packed=True)
    write_idx(tmp_path / "good", small_as_mnist, packed=False)
    handler = partial(Faulty, fault, directory=tmp_path / "served")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{httpd.server_port}"
        found = find_images("mnist", tmp_path / "raw", [address, str(tmp_path / "good")])
        httpd.shutdown()
    if reason is None:
        assert found.source == address
    else:
        assert found.source == str(tmp_path / "good")
        assert f"{address}: not used. " in (said := capsys.readouterr().out)
        assert reason in said
    np.testing.assert_array_equal(found.train_images, small_as_mnist.train_images)
    record_property("faulty servers met", 1)


def test_a_host_that_does_not_answer_is_passed_over(tmp_path, small_as_mnist):
    write_idx(tmp_path / "good", small_as_mnist, packed=False)
    sources = ["http://127.0.0.1:1", str(tmp_path / "good")]
    found = find_images("mnist", tmp_path / "raw", sources)
    assert found.source == str(tmp_path / "good")


def test_another_data_set_runs_by_the_name_of_its_folder(tmp_path, small):
    write_idx(tmp_path / "fashion", small, packed=True)
    found = find_images(str(tmp_path / "fashion"), tmp_path / "raw", [])
    assert found.name == "fashion"
    write_idx(tmp_path / "mnist", small, packed=True)
    found = find_images(str(tmp_path / "mnist"), tmp_path / "raw", [])
    assert found.name != "mnist"  # its content is not MNIST's
    with pytest.raises(UserError, match="neither auto, mnist or digits nor a folder"):
        find_images("mnits", tmp_path / "raw", [])


def test_an_incomplete_folder_says_what_it_lacks(tmp_path, small):
    write_idx(tmp_path, small, packed=True)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(UserError, match="lacks t10k-labels-idx1-ubyte"):
        read_folder(tmp_path, "small")


def test_normalized_form_is_pixels_over_255(tmp_path, small):
    paths = {name: tmp_path / f"{name}.npy" for name in ("images", "labels", "about")}
    save_dataset(small, **paths)
    loaded = load_dataset(**{name: str(path) for name, path in paths.items()})
    assert loaded.images.dtype == np.float32
    assert loaded.n_train == 100
    np.testing.assert_array_equal(loaded.images[:100], small.train_images / np.float32(255))
    np.testing.assert_array_equal(loaded.labels[100:], small.test_labels)
    assert 0 <= loaded.images.min() < loaded.images.max() <= 1
    about = json.loads(paths["about"].read_text())
    assert about["sha256"] == small.sha256()


def test_a_split_is_a_partition_of_the_right_size():
    train, test = split(1000, 0.2, seed=3)
    assert len(test) == 200
    assert sorted([*train, *test]) == list(range(1000))
    assert not np.array_equal(test, split(1000, 0.2, seed=4)[1])


@pytest.mark.skipif(
    not (REPOSITORY / "../shared/mnist").is_dir(), reason="no folder ../shared/mnist here"
)
def test_the_real_mnist_is_recognized():
    found = find_images("mnist", Path("nowhere"), [str(REPOSITORY / "../shared/mnist")])
    assert found.train_images.shape == (60000, 28, 28)
    assert list(found.test_labels[:3]) == [7, 2, 1]
