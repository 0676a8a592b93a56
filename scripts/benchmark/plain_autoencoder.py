"""An autoencoder as it is usually written, for comparison with the one of task 5: ReLU layers with
PyTorch's default initialization, a sigmoid at the end, Adam with learning rate 0.001, batches of
128, float32."""

import torch
from torch import Tensor, nn

from dlse.networks.streams import generator
from dlse.networks.training import batches, initialized, progress
from dlse.studies.wgan.reference import perceptron
from dlse.workflow.clock import Clock

HIDDEN_WIDTHS = (1000, 500, 250)  # Hinton & Salakhutdinov 2006
BATCH_SIZE = 128
LEARNING_RATE = 0.001


def build_plain_autoencoder(inputs: int, latent_dim: int) -> nn.Sequential:
    """`[B, inputs]` → `[B, latent_dim]` → `[B, inputs]`, with no activation at the code."""
    encoder = perceptron((inputs, *HIDDEN_WIDTHS, latent_dim), nn.ReLU)
    decoder = perceptron((latent_dim, *HIDDEN_WIDTHS[::-1], inputs), nn.ReLU)
    return nn.Sequential(*encoder, *decoder, nn.Sigmoid())


def train_plain_autoencoder(
    latent_dim: int, epochs: int, seed: int, train: Tensor, watched: dict[str, Tensor]
) -> tuple[nn.Module, list[dict]]:
    """Train on `train [N, D]`. Return the network and one record per epoch, like
    `train_autoencoder`: step, cpu_seconds and `{name}_error` for each watched set."""
    model = initialized(lambda: build_plain_autoencoder(train.shape[1], latent_dim), seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    order = generator(seed, "order")
    batch_size = min(BATCH_SIZE, len(train))

    def step(x: Tensor) -> None:
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), x).backward()
        optimizer.step()

    @torch.no_grad()
    def errors() -> dict[str, float]:
        return {
            f"{name}_error": torch.cat(
                [(model(batch) - batch).square().sum(1) for batch in x.split(1000)]
            ).mean().item()
            for name, x in watched.items()
        }  # fmt: skip

    records = []
    clock = Clock()
    for epoch in range(1, epochs + 1):
        for batch in batches(len(train), batch_size, order):
            step(train[batch])
        found = clock.pause(errors)
        records.append({"step": epoch, "cpu_seconds": clock.seconds(), **found})
        progress(epoch, epochs, clock, **found)
    return model, records
