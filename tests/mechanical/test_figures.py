"""What the figures of Mechanical MNIST say in their titles is what they draw."""

import numpy as np
import pandas as pd
import pytest

from dlse.studies.mechanical.figures import (
    blocks_message,
    elements_message,
    spectrum_message,
    strains,
)


def test_the_strain_of_a_rotation_is_zero_and_that_of_a_stretch_is_known():
    y, x = np.mgrid[:28, :28].astype(float)
    angle = 0.3
    turned = np.stack(
        [
            np.cos(angle) * x - np.sin(angle) * y - x,
            np.sin(angle) * x + np.cos(angle) * y - y,
        ],
        axis=-1,
    )
    assert np.abs(strains(turned)).max() < 1e-12
    stretched = np.stack([0.1 * x, 0 * y], axis=-1)
    assert strains(stretched) == pytest.approx((1.1**2 - 1) / 2)


def test_elements_that_do_not_converge_are_left_out():
    assert elements_message({"P1": True, "Q1": True}).startswith("With each of 2 elements")
    assert elements_message({"P1": True, "Q1": False}).startswith("With P1, every")
    assert elements_message({"Q1": False}).startswith("With no element")
    assert "one mesh" in elements_message({})


def test_fields_and_images_are_compared_in_every_pair():
    images, fields = pd.Series([50.0, 20.0]), pd.Series([30.0, 10.0])
    errors = {("images", "PCA"): images, ("fields", "PCA"): fields}
    assert "at every latent dimension" in spectrum_message(errors)
    errors["fields", "PCA"] = pd.Series([30.0, 20.0])
    assert "in 1 of 2 pairs" in spectrum_message(errors)


def test_stiff_pixels():
    assert blocks_message([True, True]).endswith("in every block and load case")
    assert blocks_message([True, False]).endswith("in 1 of 2 pictures")
