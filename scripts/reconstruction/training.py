"""The training of autoencoders, and of the linear autoencoder that connects them with PCA."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from dlse.images.augmentation import random_affine
from dlse.networks.streams import generator
from dlse.networks.training import autocast, fit, initialized
from dlse.studies.reconstruction.autoencoder import Autoencoder, autoencoder_beside
from dlse.studies.reconstruction.pca import Pca

AUGMENTED = 0.8  # first share of the epochs; the last ones see the images as they are


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
