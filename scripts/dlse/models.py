"""Load the trained networks of every study."""

from pathlib import Path

from torch import nn

from dlse.networks.weights import load_weights
from dlse.studies.cnn.network import restore_cnn
from dlse.studies.reconstruction.autoencoder import Autoencoder, restore_autoencoder
from dlse.studies.wgan.networks import Generators, restore_generators
from dlse.workflow.errors import UserError

RESTORE = {
    "cnn": restore_cnn,
    "autoencoder": restore_autoencoder,
    "generators": restore_generators,
}


def load_model(path: str | Path) -> nn.Sequential | Autoencoder | Generators:
    """The network in one of the workflow's safetensors files, ready to evaluate:

    - results/cnn/seed*/model.safetensors: the CNN, from images `[B, 1, 28, 28]` in [0, 1] to
      logits `[B, 10]`;
    - results/{reconstruction,official,mechanical}/seed*/*autoencoder*.safetensors: an
      `Autoencoder`, with `encode` and `decode`, from pixels in [0, 1] or displacements `[B, D]` to
      `[B, D]`;
    - results/wgan/*/noise*/block*.safetensors: `Generators` with their averaged weights;
      `samples(n, streams)` returns `[S, n, dim]`, with one stream of random numbers per generator.

    Raises a `UserError` if there is no such file, or if it holds something else.
    """
    weights = load_weights(path)
    if weights.kind not in RESTORE:
        raise UserError(f"{path} holds a network of an unknown kind, {weights.kind!r}.")
    return RESTORE[weights.kind](weights)
