"""Autoencoders of task 5, and the linear autoencoder that connects them with PCA."""

import itertools
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from dlse.images.augmentation import random_affine
from dlse.networks.streams import generator
from dlse.networks.training import autocast, fit, initialized
from dlse.networks.weights import Weights
from dlse.studies.reconstruction.pca import Pca

AUGMENTED = 0.8  # first share of the epochs; the last ones see the images as they are


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


def train_autoencoder(
    pca: Pca,
    latent_dim: int,
    settings: dict,
    seed: int,
    train: Tensor,
    watched: dict[str, Tensor],
    dtype: torch.dtype,
    device: str = "cpu",
    build: Callable[[Pca, int, list[int]], Autoencoder] = autoencoder_beside,
) -> tuple[Autoencoder, list[dict], float]:
    """Train one autoencoder, which `build` makes, on `device`, on the samples `train [N, D]`.

    settings: hidden_widths, learning_rate, weight_decay, batch_size, epochs, and augmentation, the
        strength of random affine maps without shift of the images `[N, 28 · 28]`. In the first
        epochs these make other images, which are both input and target.
    watched: samples on which ε is recorded after each epoch, in the precision of the training.

    Returns the network of the last epoch, on `device`, one record per epoch (step, cpu_seconds and
    `{name}_error` of each watched set) and the FLOPs of the training.
    """
    schedule = dict(settings)
    hidden_widths, augmentation = schedule.pop("hidden_widths"), schedule.pop("augmentation", 0.0)
    model = initialized(lambda: build(pca, latent_dim, hidden_widths), seed).to(device)
    train = train.to(device)
    maps = generator(seed, "augmentation")
    augmented_epochs = round(AUGMENTED * settings["epochs"])
    epochs_done = 0

    def loss(batch: Tensor) -> Tensor:
        x = train[batch]
        if augmentation > 0 and epochs_done < augmented_epochs:
            x = random_affine(x.view(-1, 1, 28, 28), augmentation, maps, shift=False).flatten(1)
        with autocast(dtype, x.device):
            output = model(x).float()
        return (output - x).square().sum(1).mean()

    def watch() -> dict[str, float]:
        nonlocal epochs_done
        epochs_done += 1
        return {
            f"{name}_error": squared_errors(model, x, dtype).mean().item()
            for name, x in watched.items()
        }

    records, flops = fit(model, loss, len(train), seed=seed, watch=watch, **schedule)
    return model, records, flops


@torch.no_grad()
def squared_errors(model: Autoencoder, x: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """‖x − x̃‖² of each row of `x [N, D]`, `[N]`, on the CPU; computed where the model is."""
    was_training, device = model.training, model.mean.device
    model.eval()
    with autocast(dtype, device):
        batches = (batch.to(device) for batch in x.split(1000))
        errors = [(model(batch).float() - batch).square().sum(1) for batch in batches]
    model.train(was_training)
    return torch.cat(errors).cpu()


def train_linear_autoencoder(
    pca: Pca, latent_dim: int, iterations: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Train a linear autoencoder x̃ = μ + B A (x − μ) by gradients from random weights.

    Its loss tr((I − BA) S (I − BA)ᵀ)/N depends on the data only through their scatter matrix S,
    whose spectrum `pca` holds. Each step of L-BFGS therefore takes account of all images without
    reading any. Every minimum spans the subspace of PCA (Baldi & Hornik 1989).

    iterations: of L-BFGS, at most.

    Returns the encoder A `[latent_dim, D]` and the decoder B `[D, latent_dim]`.
    """
    # In the basis of the components S is diagonal, so the same problem is cheaper.
    variances = pca.eigenvalues / pca.n  # [D]
    D, k = len(variances), latent_dim
    stream = np.random.default_rng(np.random.SeedSequence([seed, k]))
    start = stream.normal(scale=1 / np.sqrt(D), size=2 * k * D)

    def loss_and_gradient(weights: np.ndarray) -> tuple[float, np.ndarray]:
        encoder, decoder = weights[: k * D].reshape(k, D), weights[k * D :].reshape(D, k)
        weighted = encoder * variances  # A S, [k, D]
        code = weighted @ encoder.T  # A S Aᵀ, the scatter of the codes, [k, k]
        gram = decoder.T @ decoder  # [k, k]
        loss = variances.sum() - 2 * np.sum(weighted * decoder.T) + np.sum(gram * code)
        gradient_encoder = 2 * (gram @ weighted - decoder.T * variances)
        gradient_decoder = 2 * (decoder @ code - weighted.T)
        return float(loss), np.concatenate([gradient_encoder.ravel(), gradient_decoder.ravel()])

    from scipy import optimize  # a third of a second, in jobs that need nothing of it

    result = optimize.minimize(
        loss_and_gradient,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxfun": 2 * iterations, "ftol": 1e-14, "gtol": 1e-9},
    )
    encoder, decoder = result.x[: k * D].reshape(k, D), result.x[k * D :].reshape(D, k)
    print(f"linear autoencoder: {result.nit} iterations, loss {result.fun:.6f}; {result.message}")
    return encoder @ pca.components.T, pca.components @ decoder


def linear_error(pca: Pca, encoder: np.ndarray, decoder: np.ndarray) -> float:
    """ε of the linear autoencoder on the training images, tr((I − BA) S (I − BA)ᵀ)/N, from their
    scatter matrix S."""
    residual = np.eye(len(pca.mean)) - decoder @ encoder  # [D, D]
    return float(np.sum(np.square(residual @ pca.components) * pca.eigenvalues) / pca.n)


def _perceptron(widths: list[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(widths[:-1]):
        layers += [nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.GELU()]
    last = nn.Linear(widths[-2], widths[-1])
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)
