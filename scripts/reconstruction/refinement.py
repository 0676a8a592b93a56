"""Codes of an autoencoder that fit its decoder better than those of its encoder."""

import torch
from torch import Tensor
from torch.optim.lr_scheduler import LinearLR

from dlse.studies.reconstruction.autoencoder import Autoencoder

RATE = 0.05  # of Adam at first, in units of the size of an image's code


def refined_codes(model: Autoencoder, x: Tensor, steps: int) -> Tensor:
    """Codes `[N, latent_dim]` that minimize ‖x − decode(z)‖² for each row of `x [N, D]`, which is
    where the model is.

    PCA's code of an image is the best one for its decoder; an autoencoder's encoder only
    approximates the best one. From the encoder's code on, so many `steps` of Adam, at a rate that
    falls linearly to zero, use nothing but the image itself and the trained decoder. Adam acts on
    every number by itself, so that the code of an image does not depend on the other images. The
    best code on the way counts; it is never worse than the encoder's.
    """
    model.eval()
    return torch.cat([_refined(model, batch, steps) for batch in x.split(1000)])


def _refined(model: Autoencoder, x: Tensor, steps: int) -> Tensor:
    with torch.no_grad():
        start = model.encode(x)
        size = start.square().mean(1, keepdim=True).sqrt()
    moved = torch.zeros_like(start, requires_grad=True)
    optimizer = torch.optim.Adam([moved], lr=RATE)
    schedule = LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)
    best = start.clone()
    smallest = x.new_full((len(x),), torch.inf)
    for step in range(steps + 1):
        codes = start + size * moved
        errors = (model.decode(codes) - x).square().sum(1)
        best = torch.where((errors < smallest)[:, None], codes, best).detach()
        smallest = torch.fmin(errors, smallest).detach()
        if step < steps:
            optimizer.zero_grad()
            errors.sum().backward(inputs=[moved])
            optimizer.step()
            schedule.step()
    return best
