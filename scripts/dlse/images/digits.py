"""The handwritten digits that come with scikit-learn, in MNIST's form."""

import numpy as np

from dlse.images.published import Images
from dlse.images.readers import SIDE
from dlse.workflow.errors import UserError

# The sha256 of what `digits` returns, in the unpacked IDX form.
DIGITS_SHA256 = {
    "train images": "9ee37d71ef55caeeba8710d48cd97c40f346ecc0f3df99ac2fbc7674b76b1ed9",
    "train labels": "6091576d81aa408827362d58abd8f4de89d85feae77e019d55ac4b00766b4f24",
    "test images": "8e93803cc3ede232acda78badd4c32319551908a77a0612faf45ac6ffb4179ad",
    "test labels": "50b0e4449639faf92410343de7f3f9507f05a36cab6400731f39899458fcc68d",
}


def digits(is_stand_in: bool = False) -> Images:
    """scikit-learn's 1,797 handwritten digits (8 x 8, UCI), enlarged to 28 x 28 by bilinear
    interpolation and split 80:20 with a fixed seed.

    Raises a `UserError` if their checksums differ from `DIGITS_SHA256`.
    """
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    data = load_digits()
    factor = SIDE / data.images.shape[1]
    enlarged = zoom(data.images, (1, factor, factor), order=1, grid_mode=True, mode="nearest")
    # Some values are half a gray level up to rounding errors, which depend on the machine.
    images = np.rint(np.round(enlarged * (255 / 16), 6)).astype(np.uint8)
    labels = data.target.astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(images))
    train, test = np.split(order, [round(0.8 * len(order))])
    found = Images(
        "digits",
        "scikit-learn",
        images[train],
        labels[train],
        images[test],
        labels[test],
        is_stand_in=is_stand_in,
    )
    if part := found.differing_part(DIGITS_SHA256):
        raise UserError(
            f"scikit-learn's digits: the {part} have an unexpected checksum; install the versions "
            "of scikit-learn and scipy that envs/requirements.lock pins."
        )
    return found
