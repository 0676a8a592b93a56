"""Measure how the cost of training grows with every size that a user may change."""

import time
from functools import partial

import torch
from dlse.studies.benchmark.growth_costs import (
    Cost,
    ensemble_step,
    grow,
    growth_rows,
    pca_flop,
    share_of_products,
)
from dlse.studies.cnn.network import Settings, train_cnn
from dlse.studies.reconstruction.autoencoder import train_autoencoder
from dlse.studies.reconstruction.pca import fit_pca
from dlse.studies.wgan.networks import Recipe, train_wgan

from dlse.images.dataset import load_dataset
from dlse.networks.ensemble import Perceptron
from dlse.networks.training import as_tensor, resolve_precision
from dlse.results.timing import peak
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table

AUTOENCODER_IMAGES = 25600  # 50 whole batches of the default size
WGAN_MEMBERS, NOISE_CURVE_DIM = 8, 20


def measure(
    data: dict[str, str], sizes: dict, steps: int, rounds: int, cnn: dict, autoencoder: dict,
    recipe: dict, precision: str, metrics: str,
) -> None:  # fmt: skip
    """Write the CPU seconds and the FLOP of one step or epoch over each of the `sizes`."""
    dataset = load_dataset(**data)
    images, labels = as_tensor(dataset.images), as_tensor(dataset.labels)
    n = dataset.n_train
    pixels = images[:n].reshape(n, -1)
    dtype = resolve_precision(precision)
    pca = fit_pca(pixels.numpy())

    def members(size: int) -> Cost:
        return ensemble_step(Perceptron(4, 8), 128, size, steps)

    def width(size: int) -> Cost:
        return ensemble_step(Perceptron(size, 6), 40, 64, steps)

    def latent_dim(size: int) -> Cost:
        settings = {**autoencoder, "epochs": 1}
        _, records, flop = train_autoencoder(
            pca, size, settings, 0, pixels[:AUTOENCODER_IMAGES], {}, dtype
        )
        return Cost(records[-1]["cpu_seconds"], flop)

    def wgan(dim: int, noise_dim: int) -> Cost:
        trained = train_wgan(
            dim, noise_dim, Recipe(**recipe, steps=steps), range(WGAN_MEMBERS), lambda state: None,
            steps + 1,
        )  # fmt: skip
        return Cost(trained.cpu_seconds / steps, trained.flops_per_step)

    def cnn_images(size: int) -> Cost:
        settings = Settings(**cnn, epochs=1)
        _, records, flop = train_cnn(settings, 0, images[:size], labels[:size], {}, dtype)
        return Cost(records[-1]["cpu_seconds"], flop)

    def pca_images(size: int) -> Cost:
        before = time.process_time()
        fit_pca(pixels[:size].numpy())
        return Cost(time.process_time() - before, pca_flop(size, pixels.shape[1]))

    used = sorted({min(n, size) for size in sizes["train_images"]})
    rows = []
    for name, of, at, function, number, times in (
        ("members", "runge function", sizes["members"], members, torch.float32, steps),
        ("width", "runge function", sizes["widths"], width, torch.float32, steps),
        ("latent_dim", dataset.label, sizes["latent_dims"], latent_dim, dtype, 1),
        ("noise_dim", f"uniform{NOISE_CURVE_DIM}", sizes["noise_dims"],
         lambda size: wgan(NOISE_CURVE_DIM, size), torch.float32, WGAN_MEMBERS * steps),
        ("dim", "uniform", sizes["dims"], lambda size: wgan(size, size), torch.float32,
         WGAN_MEMBERS * steps),
        ("cnn_images", dataset.label, used, cnn_images, dtype, 1),
        ("pca_images", dataset.label, used, pca_images, torch.float64, None),
    ):  # fmt: skip
        costs = grow(at, function, rounds)
        shares = {
            size: share_of_products(partial(function, size), times)
            for size in (min(at), max(at))
            if times  # PCA's products are not PyTorch's
        }
        rows += growth_rows(name, of, costs, shares, number, peak(number))
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            **snakemake.params.settings,
            metrics=snakemake.output[0],
        )
