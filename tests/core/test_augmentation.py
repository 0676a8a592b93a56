"""Random affine maps of images."""

import pytest
import torch

from dlse.images.augmentation import random_affine
from dlse.networks.streams import generator


def disk() -> torch.Tensor:
    """64 times the same disk, in the center, `[64, 1, 28, 28]`."""
    at = torch.arange(28) - 13.5
    return (at[:, None].square() + at.square() < 50).float().expand(64, 1, 28, 28)


def centers(images: torch.Tensor) -> torch.Tensor:
    """How far, in pixels, the centers of mass are from the center, `[N, 2]`."""
    at = torch.arange(28) - 13.5
    ink = images[:, 0]
    sums = (ink * at[:, None]).sum((1, 2)), (ink * at).sum((1, 2))
    return torch.stack(sums, 1) / ink.sum((1, 2))[:, None]


def test_without_shift_an_image_stays_at_its_place_and_the_draws_are_the_same():
    streams = [generator(0, "augmentation") for _ in range(2)]
    with_shift, without = (
        random_affine(disk(), 1.0, stream, shift)
        for stream, shift in zip(streams, (True, False), strict=True)
    )
    assert centers(without).abs().max() < 1e-3
    assert centers(with_shift).abs().max() > 1
    assert torch.equal(*(stream.get_state() for stream in streams))
    # The sizes are the same, so the scales and shears are.
    torch.testing.assert_close(with_shift.sum((1, 2, 3)), without.sum((1, 2, 3)), rtol=0.02, atol=0)


def test_strength_zero_draws_nothing_and_changes_nothing():
    stream = generator(0, "augmentation")
    before = stream.get_state()
    images = disk()
    assert random_affine(images, 0.0, stream, shift=False) is images
    assert torch.equal(stream.get_state(), before)


def test_the_maps_are_those_that_task_1_was_tuned_with():
    moved = random_affine(disk()[:3], 1.0, generator(0, "augmentation"))
    assert moved.sum((1, 2, 3)).tolist() == pytest.approx([150.9584, 147.8216, 134.5105], rel=1e-4)
    expected = [0.44331, 1.6836, 0.9374, -1.55942, 0.94694, -0.59999]
    assert centers(moved).flatten().tolist() == pytest.approx(expected, abs=1e-3)
