"""The autoencoders of task 5, before and after their training."""

import itertools

import torch
from torch import Tensor, nn

from dlse.networks.weights import Weights
from dlse.studies.reconstruction.pca import Pca


class Autoencoder(nn.Module):
    """PCA plus multilayer perceptrons, `[B, D]` → `[B, latent_dim]` → `[B, D]`.

    z = Wᵀ(x − μ) + f(x − μ) and x̃ = μ + W z + g(z), where W holds the first principal
    components and stays fixed, and the last layers of f and g start at zero (as residual
    branches do in Zhang, Dauphin & Ma 2019). Training therefore starts at the optimum of PCA, and
    the networks learn what a curved manifold gains over the best subspace.
    """

    def __init__(self, mean: Tensor, basis: Tensor, hidden_widths: list[int]):
        super().__init__()
        self.register_buffer("mean", mean)  # [D]
        self.register_buffer("basis", basis)  # [D, latent_dim]
        widths = [len(mean), *hidden_widths, basis.shape[1]]
        self.encoder = _perceptron(widths)
        self.decoder = _perceptron(widths[::-1])

    def encode(self, x: Tensor) -> Tensor:
        """Latent codes `[B, latent_dim]` of `x [B, D]`."""
        centered = x - self.mean
        return centered @ self.basis + self.encoder(centered)

    def decode(self, z: Tensor) -> Tensor:
        """Reconstructions `[B, D]` of the codes `z [B, latent_dim]`."""
        return self.mean + z @ self.basis.T + self.decoder(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def autoencoder_beside(pca: Pca, latent_dim: int, hidden_widths: list[int]) -> Autoencoder:
    """The untrained network, at the optimum of `pca`."""
    basis = torch.from_numpy(pca.components[:, :latent_dim].copy())
    mean = torch.from_numpy(pca.mean)
    return Autoencoder(mean.float(), basis.float().contiguous(), hidden_widths)


def plain_autoencoder(pca: Pca, latent_dim: int, hidden_widths: list[int]) -> Autoencoder:
    """The same untrained network without PCA: W = 0, and the last layers begin at random weights,
    as PyTorch draws them."""
    model = autoencoder_beside(pca, latent_dim, hidden_widths)
    model.basis.zero_()
    for perceptron in (model.encoder, model.decoder):
        perceptron[-1].reset_parameters()
    return model


def restore_autoencoder(weights: Weights) -> Autoencoder:
    """The trained network, ready to evaluate."""
    state = weights.state
    model = Autoencoder(state["mean"], state["basis"], weights.settings["hidden_widths"])
    model.load_state_dict(state)
    return model.eval()


def _perceptron(widths: list[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(widths[:-1]):
        layers += [nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.GELU()]
    last = nn.Linear(widths[-2], widths[-1])
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)
