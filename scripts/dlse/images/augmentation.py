"""Random maps of images, by which a network sees each image differently every time."""

import torch
import torch.nn.functional as F
from torch import Tensor


def random_affine(
    images: Tensor, strength: float, stream: torch.Generator, shift: bool = True
) -> Tensor:
    """Transform each image of `[B, 1, 28, 28]` by its own random affine map, on their device.

    At `strength` 1 the map is uniform in rotation (± 13°), scale (e^± 0.12 per axis), shear
    (± 0.2) and, with `shift`, shift (± 2 pixels). The other random numbers are the same without
    shift. Interpolation is bilinear, with zero outside the image.
    """
    if strength == 0:
        return images
    n = len(images)
    shifts = 0.14 if shift else 0.0
    angle, log_sx, log_sy, shear, dx, dy = (
        strength
        * torch.tensor([0.22, 0.12, 0.12, 0.20, shifts, shifts])[:, None]
        * torch.empty(6, n).uniform_(-1, 1, generator=stream)
    )
    cos, sin, sx, sy = angle.cos(), angle.sin(), log_sx.exp(), log_sy.exp()
    theta = torch.stack(
        [sx * cos, shear * sx * cos - sy * sin, dx, sx * sin, shear * sx * sin + sy * cos, dy], 1
    ).view(n, 2, 3)
    grid = F.affine_grid(theta.to(images.device), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
