"""A user's own picture of a digit becomes an image like MNIST's."""

import matplotlib.image
import numpy as np
import pytest

from dlse.studies.cnn.own_image import as_digit, read_image
from dlse.workflow.errors import UserError


def seven(height: int, width: int, top: int, left: int, size: int) -> np.ndarray:
    """A bright seven of `size` pixels on black."""
    image = np.zeros((height, width), np.float32)
    image[top : top + size // 5, left : left + size // 2] = 1
    image[top : top + size, left + size // 2 - size // 5 : left + size // 2] = 1
    return image


def test_place_size_and_color_of_the_picture_do_not_matter():
    digit = as_digit(seven(90, 120, 10, 60, 40))
    assert digit.shape == (28, 28)
    assert np.allclose(digit, as_digit(seven(300, 200, 150, 20, 80)), atol=0.02)
    assert np.allclose(digit, as_digit(1 - seven(90, 120, 30, 5, 40)), atol=1e-6)


def test_the_digit_fills_mnists_box_around_its_center_of_mass():
    digit = as_digit(seven(90, 120, 10, 60, 40))
    assert (digit > 0.1).any(1).sum() == 20
    for axis in (0, 1):
        center = digit.sum(1 - axis) @ np.arange(28) / digit.sum()
        assert abs(center - 13.5) <= 0.5


def test_an_image_of_mnists_size_stays_as_it_is():
    image = seven(28, 28, 4, 9, 20)
    assert np.array_equal(as_digit(image), image)
    assert np.array_equal(as_digit(1 - image), image)


@pytest.mark.parametrize("suffix", ["png", "npy"])
def test_files_of_both_kinds_are_read(tmp_path, suffix):
    image = seven(40, 50, 5, 5, 30)
    path = tmp_path / f"seven.{suffix}"
    if suffix == "npy":
        np.save(path, (255 * image).astype(np.uint8))
    else:
        paper = np.dstack([np.zeros((40, 50, 3)), image])  # black ink, transparent elsewhere
        matplotlib.image.imsave(path, paper)
        image = 1 - image
    assert np.allclose(read_image(path), image, atol=1e-6)


def test_a_file_that_is_no_picture_of_a_digit_is_refused(tmp_path):
    with pytest.raises(UserError, match="There is no file"):
        read_image(tmp_path / "none.png")
    (tmp_path / "words.png").write_text("words")
    with pytest.raises(UserError, match="can't be read as an image"):
        read_image(tmp_path / "words.png")
    np.save(tmp_path / "line.npy", np.zeros(9))
    with pytest.raises(UserError, match="not an image"):
        read_image(tmp_path / "line.npy")
    with pytest.raises(UserError, match="empty"):
        as_digit(np.ones((50, 50), np.float32))
