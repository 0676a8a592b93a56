"""Time our code against what one would write otherwise, and print the page docs/speed.md.

    .venv/bin/python scripts/speed.py > docs/speed.md

It takes one to two CPU minutes on one thread, and 1 GB of memory. Progress goes to the terminal.
"""

import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import pairwise, product
from pathlib import Path
from statistics import median

import numpy as np
import torch
import yaml
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits
from torch import nn

from dlse.networks.ensemble import Perceptron
from dlse.networks.ensemble_training import Member, Schedule, train_stacks
from dlse.studies.dying_relu.runge import RUNGE
from dlse.studies.reconstruction.pca import fit_pca, reconstruction_errors
from dlse.studies.wgan.networks import BETAS, Recipe, train_wgan
from dlse.studies.wgan.reference import train_reference
from dlse.workflow.tables import cpu_model

RATE = 0.003  # learning rate of the small networks
Contestants = dict[str, Callable[[], float]]  # by name; each returns CPU seconds


def main() -> None:
    """Measure everything, then print the page."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, only for a test")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    threadpool_limits(1)
    config = yaml.safe_load((Path(__file__).parents[1] / "config.yaml").read_text())
    recipe, dims = config["wgan"]["recipe"], config["reconstruction"]["latent_dims"]
    rounds, members, steps = (1, 4, 2) if quick else (5, 128, 200)
    runs, wgan_steps, count = (2, 1, 600) if quick else (8, 20, 60_000)
    data, x = images(count)
    lines = []
    for width, depth, points in ((4, 8, 128), (32, 6, 40)):
        size = (Perceptron(width, depth), points, steps)
        ours = {f"{members} networks of {depth} × {width}": partial(ensemble, *size, members)}
        peers = {
            "a loop over `nn.Sequential`": partial(seconds, loop, *size, False),
            "the same loop, `Adam(fused=True)`": partial(seconds, loop, *size, True),
        }
        lines += compared(ours, peers, rounds, f"a network, {steps} steps of {points} points")
    for dim in (5, 20):
        step = (dim, recipe, wgan_steps)
        ours = {
            f"WGAN-GP, d = {dim}, one run": partial(closed_form, *step, 1),
            f"WGAN-GP, d = {dim}, {runs} runs together": partial(closed_form, *step, runs),
        }
        peers = {"automatic differentiation": partial(autograd, *step)}
        lines += compared(ours, peers, rounds, "a run's generator step")
    ours = {f"PCA of {len(x):,} images": partial(seconds, our_pca, x, dims)}
    peers = {
        "scikit-learn, one fit": partial(seconds, their_pca, x, [dims]),
        "scikit-learn, a fit for each": partial(seconds, their_pca, x, [[k] for k in dims]),
    }
    lines += compared(ours, peers, rounds, "fit and errors")
    print(page(lines, rounds, data, dims))


def compared(ours: Contestants, peers: Contestants, rounds: int, unit: str) -> list[str]:
    """One line of the table for each of `ours` and each of its `peers`. All take turns (A B A B …),
    so that they find the machine in the same state. A first round loads libraries and memory and is
    not counted. Ratios are those within a round: the median, the smallest and the largest."""
    times: dict[str, list[float]] = {name: [] for name in (*ours, *peers)}
    for counted in [False, *[True] * rounds]:
        for name, measure in {**ours, **peers}.items():
            with redirect_stdout(sys.stderr):
                took = measure()
                print(f"{name}: {1000 * took:.2f} CPU ms for {unit}")
            if counted:
                times[name].append(took)
    lines = []
    for our, peer in product(ours, peers):
        each = [theirs / own for theirs, own in zip(times[peer], times[our], strict=True)]
        spent = " | ".join(f"{1000 * median(times[name]):,.2f}" for name in (our, peer))
        ratios = f"**{median(each):.3g}** | {min(each):.3g} to {max(each):.3g}"
        lines.append(f"| {our} | {peer} | {unit} | {spent} | {ratios} |")
    return lines


def seconds(function: Callable, *arguments) -> float:
    """The CPU seconds that `function(*arguments)` takes."""
    before = time.process_time()
    function(*arguments)
    return time.process_time() - before


def ensemble(network: Perceptron, points: int, steps: int, members: int) -> float:
    """CPU seconds per network, with the drawing of the weights."""
    problem = replace(RUNGE, points=points)
    group = [Member(seed, RATE) for seed in range(members)]
    data = (problem, problem.x(), problem.data(range(members)))
    trained = train_stacks(network, group, *data, Schedule(steps), "cpu")  # once it is asked for
    return seconds(list, trained) / members


def loop(network: Perceptron, points: int, steps: int, fused: bool) -> None:
    """Train one of the networks of a loop over networks."""
    x = torch.linspace(-1, 1, points)[:, None]
    y = RUNGE.function(x)
    layers: list[nn.Module] = []
    for ins, outs in pairwise(network.widths):
        layers += [nn.Linear(ins, outs), nn.ReLU()]
        nn.init.kaiming_normal_(layers[-2].weight)
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=fused)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()


def closed_form(dim: int, recipe: dict, steps: int, runs: int) -> float:
    """CPU seconds per generator step of a run, of `runs` together."""
    settings = Recipe(**recipe, steps=steps)
    trained = train_wgan(dim, dim, settings, range(runs), lambda state: None, steps + 1)
    return trained.cpu_seconds / steps


def autograd(dim: int, recipe: dict, steps: int) -> float:
    """The same for one run with modules of PyTorch, whose penalty is differentiated twice."""
    shared = {name: recipe[name] for name in recipe if not name.endswith("_learning_rate")}
    rates = (recipe["critic_learning_rate"], recipe["generator_learning_rate"])
    return train_reference(
        dim, dim, **shared, generator_activation=nn.Tanh, one_sided=True, learning_rates=rates,
        betas=BETAS, steps=steps, seed=0, watch=lambda *state: False, every=steps + 1,
    ) / steps  # fmt: skip


def images(count: int) -> tuple[str, np.ndarray]:
    """What is compressed, and `count` samples of it, `[N, 784]` in float64."""
    prepared = Path("data/processed/images.npy")  # MNIST, where the workflow has run
    found = np.load(prepared, mmap_mode="r")[:count] if prepared.exists() else []
    if len(found) == count:
        return f"images of `{prepared}`", found.reshape(count, -1).astype(np.float64)
    return "random images", np.random.default_rng(0).random((count, 784))


def our_pca(x: np.ndarray, dims: list[int]) -> np.ndarray:
    """The reconstruction errors of a sixth of `x` at all `dims`."""
    return reconstruction_errors(fit_pca(x), x[-len(x) // 6 :])[dims]


def their_pca(x: np.ndarray, fits: list[list[int]]) -> list[float]:
    """The same with a fit for each list of dimensions. Its first axes give the smaller ones."""
    errors = []
    for dims in fits:
        fitted = PCA(max(dims), svd_solver="covariance_eigh").fit(x)
        some, axes = x[-len(x) // 6 :] - fitted.mean_, fitted.components_
        codes = some @ axes.T
        errors += [np.square(some - codes[:, :k] @ axes[:k]).sum(1).mean() for k in dims]
    return errors


def page(lines: list[str], rounds: int, data: str, dims: list[int]) -> str:
    """The page, in Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy", "scikit-learn"))
    return f"""# Speed

Our code against what one would write otherwise, in CPU time on one thread. This page is what
`python scripts/speed.py` prints. No rule of the workflow makes or reads it.

| ours | peer | CPU ms for | ours | peer | ratio | smallest to largest |
|---|---|---|---|---|---|---|
{chr(10).join(lines)}

A ratio above 1 means that the peer takes longer. Our code and its peers take turns in one process,
after a first round that does not count. Times and ratios are medians of {rounds} rounds.

- *Small networks* (float32): the peer trains the same layers on as many points for as many steps,
  with a `torch.optim.Adam` for each network. Times are per network; a round trains one in the loop.
- *WGAN-GP* (float32): both use the recipe of `config.yaml` with d noise dimensions. The peer is
  one run by `scripts/wgan/reference.py`, with `torch.optim.Adam` and `create_graph=True`.
- *PCA* (float64): both fit {data}, 784 pixels each. They give the
  reconstruction errors of a sixth of them at {", ".join(map(str, dims))} dimensions; ours gives all
  other dimensions, too. The peer is `sklearn.decomposition.PCA(svd_solver="covariance_eigh")`.

Measured on {cpu_model()} ({torch.backends.cpu.get_cpu_capability()} in PyTorch), with
Python {sys.version.split()[0]}, {packages}."""


if __name__ == "__main__":
    main()
