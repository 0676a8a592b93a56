"""Find what bounds one training of each kind on one device, by PyTorch's profiler."""

import time
from collections.abc import Callable

import torch
from torch.profiler import ProfilerActivity, profile

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Schedule
from dlse.networks.hardware import resolve_device, resolve_precision
from dlse.networks.streams import generator
from dlse.studies.cnn.network import Settings, train_cnn
from dlse.studies.devices.memory import peak_memory
from dlse.studies.dying_relu.networks import train_networks
from dlse.studies.dying_relu.runge import PROBLEMS
from dlse.studies.reconstruction.autoencoder import train_autoencoder
from dlse.studies.reconstruction.pca import fit_pca
from dlse.studies.wgan.networks import Recipe, train_wgan
from dlse.workflow.job import job, listed
from dlse.workflow.tables import Metrics

OPERATIONS = 3  # the longest ones are named


def trainings(recipes: dict, images: int, steps: int, precision: str, device: str) -> dict:
    """One short training of each kind, by its name: the CNN and the autoencoder see so many random
    `images` once, the ensembles take so many `steps`.

    recipes: the settings of each kind, and `latent_dim` and `networks`, the sizes.
    """
    x = torch.rand(images, 28, 28, generator=generator(0, "profiled images"))
    labels = torch.arange(images) % 10
    pca = fit_pca(x.flatten(1).numpy())
    dtype = resolve_precision(precision, device)
    schedule = {**recipes["schedule"], "steps": steps}
    learning_rate = schedule.pop("learning_rate")
    network, wgan = dict(recipes["dying_relu"]), recipes["wgan"]
    problem = PROBLEMS[network.pop("function")]
    seeds = range(recipes["networks"])

    def cnn() -> None:
        settings = Settings(**{**recipes["cnn"], "epochs": 1})
        train_cnn(settings, 0, x, labels, {}, dtype, device)

    def autoencoder() -> None:
        settings = {**recipes["autoencoder"], "epochs": 1}
        train_autoencoder(pca, recipes["latent_dim"], settings, 0, x.flatten(1), {}, dtype, device)

    def dying_relu() -> None:
        train_networks(
            Perceptron(**network), problem, seeds, learning_rate, Schedule(**schedule), device
        )

    def generators() -> None:
        recipe = Recipe(**{**wgan["recipe"], "steps": steps})
        train_wgan(
            wgan["dim"], wgan["noise_dim"], recipe, wgan["seeds"], lambda state: None, steps, device
        )

    return {
        "CNN": cnn,
        "autoencoder": autoencoder,
        f"{len(seeds):,} networks of task 2": dying_relu,
        f"{len(wgan['seeds'])} runs of task 7": generators,
    }


def profile_trainings(kinds: dict[str, Callable[[], None]], device: str, metrics: str) -> None:
    """Write, for each of the `kinds`: the wall time, the peak memory, the share of the wall time in
    which the device computes, and the operations that take the largest shares of this.

    A GPU that computes for a small share of the time waits for the processor, which launches its
    operations one by one; a CPU computes all the time."""
    rows = Metrics("devices", "none", device=device)
    for kind, train in kinds.items():
        train()  # what only a first training costs
        with peak_memory(device) as memory:
            start = time.perf_counter()
            train()
            wall = time.perf_counter() - start
        computing, operations = _times(train, device)
        rows.add("wall_seconds", wall, "s", variant=kind)
        rows.add("peak_memory", memory.bytes, "byte", variant=kind)
        if device == "cuda":
            rows.add("busy_share", computing / wall, variant=kind)
        for name, seconds in operations[:OPERATIONS]:
            share = seconds / computing
            rows.add("share_of_computing", share, variant=kind, operation=name)
        print(f"{kind}: {wall:.2f} s; {listed({n: s / computing for n, s in operations[:3]})}")
    rows.write(metrics, {"device": device})


def _times(train: Callable[[], None], device: str) -> tuple[float, list[tuple[str, float]]]:
    """The seconds that the device computes in `train()`, and those of each operation, the longest
    first."""
    activities = [ProfilerActivity.CPU]
    if device == "cuda":
        activities.append(ProfilerActivity.CUDA)
    with profile(activities=activities) as profiler:
        train()
    own = f"self_{'device' if device == 'cuda' else 'cpu'}_time_total"  # microseconds
    times = [(event.key, getattr(event, own) / 1e6) for event in profiler.key_averages()]
    return sum(s for _, s in times), sorted(times, key=lambda time: time[1], reverse=True)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        device = resolve_device(snakemake.wildcards.device)
        kinds = trainings(**snakemake.params.settings, device=device)
        profile_trainings(kinds, device, snakemake.output[0])
