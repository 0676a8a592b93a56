"""WGAN-GP (Gulrajani et al. 2017) for the uniform distribution on a cube, many runs at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from dlse.networks.ensemble import Ensemble
from dlse.networks.streams import generator
from dlse.networks.weights import Weights, save_weights
from dlse.studies.wgan.critic import Critic, Loss
from dlse.workflow.clock import Clock


@dataclass(frozen=True)
class Recipe:
    """What all runs of one training share. Both rates belong to Adam with β = (0, 0.99)."""

    critic_widths: Sequence[int]  # of its hidden layers, ReLU
    generator_widths: Sequence[int]  # of its hidden layers, tanh
    steps: int  # of the generator
    critic_steps: int  # for each of the generator
    batch_size: int
    penalty: float  # λ
    critic_learning_rate: float
    generator_learning_rate: float  # falls linearly to zero, so that the runs come to rest
    averaging: float  # window of the averaged weights
    one_sided: bool = True  # the penalty
    bounded: bool = False  # tanh at the generator's output, which bakes the support in


class Generators:
    """S perceptrons of the layer `widths`, from the first's number of normal numbers to the
    last's of coordinates; `bounded` by tanh, or linear at the output."""

    def __init__(
        self, widths: Sequence[int], members: int, bounded: bool = False, device: str = "cpu"
    ) -> None:
        self.network = Ensemble(widths, members, "tanh", device=device)
        self._bounded = bounded

    def forward(self, noise: Tensor) -> Tensor:
        """Samples `[S, dim, N]` from `noise` `[S, noise_dim, N]`, in a buffer that the next call
        overwrites."""
        samples = self.network.forward(noise)
        return samples.tanh_() if self._bounded else samples

    def backward(self, gradient: Tensor, samples: Tensor) -> None:
        """Fill the network's `gradient`, given the loss's by the `samples` of the last call."""
        if self._bounded:
            gradient = gradient * (1 - samples.square())
        self.network.backward(gradient)

    def samples(self, n: int, streams: Sequence[torch.Generator]) -> Tensor:
        """n samples of each generator, `[S, n, dim]`, its noise from its own stream."""
        noise_dim, parts = self.network.widths[0], []
        for part in torch.arange(n).split(2048):  # that stay in the cache
            noise = [torch.empty(noise_dim, len(part)).normal_(generator=s) for s in streams]
            noise = torch.stack(noise).to(self.network.parameters.device)
            parts.append(self.forward(noise).transpose(1, 2).contiguous().cpu())
        return torch.cat(parts, 1)


class State(NamedTuple):
    """What is seen of S runs at one step."""

    step: int  # of the generator
    cpu_seconds: float  # of one run, so far
    loss: Loss  # of the critics
    raw: Generators
    averaged: Generators


class Training(NamedTuple):
    """The generators that came out, and what a run costs."""

    raw: Generators
    averaged: Generators
    cpu_seconds: float  # of one run
    flops_per_step: float  # of one run, of matrix products in one generator step
    memory: int  # bytes of one run: parameters, moments, batches and buffers


def train_wgan(
    dim: int,
    noise_dim: int,
    recipe: Recipe,
    seeds: Sequence[int | str],
    watch: Callable[[State], None],
    every: int,
    device: str = "cpu",
) -> Training:
    """Train one critic and one generator for each seed, all together.

    A run has its own streams of random numbers, so that its numbers are those that it has
    alone, up to rounding; one that diverges goes on as NaN, by itself. `watch` is called with
    the clock stopped, every so many steps.
    """
    torch.set_flush_denormal(True)
    try:
        # A step that is counted and thrown away; what first calls cost is then paid, too.
        with FlopCounterMode(display=False) as counter:
            _Runs(dim, noise_dim, recipe, seeds, device).advance(1)
        clock = Clock()
        runs = _Runs(dim, noise_dim, recipe, seeds, device)
        for step in range(1, recipe.steps + 1):
            loss = runs.advance(step)
            if step % every == 0:
                seconds = clock.seconds() / len(seeds)
                state = State(step, seconds, loss, runs.generators, runs.averaged)
                clock.pause(lambda: watch(state))  # noqa: B023
        seconds = clock.seconds() / len(seeds)
        memory = runs.memory() // len(seeds)
    finally:
        torch.set_flush_denormal(False)
    flops = counter.get_total_flops() / len(seeds)
    return Training(runs.generators, runs.averaged, seconds, flops, memory)


def save_generators(
    trained: Training, path: str, settings: dict, seeds: Sequence[int], dim: int
) -> None:
    """Write the weights of all generators, averaged and last, with the settings and seeds that
    they were trained with."""
    state = {
        f"{name}.{kind}.{layer}": block
        for name, generators in (("averaged", trained.averaged), ("raw", trained.raw))
        for kind in ("weights", "biases")
        for layer, block in enumerate(getattr(generators.network, kind))
    }
    settings = {**settings, "seeds": list(seeds)}
    save_weights(state, path, "generators", settings, f"uniform{dim}")


def restore_generators(weights: Weights, which: str = "averaged") -> Generators:
    """The trained generators, with their "averaged" or their last, "raw" weights."""
    state = weights.state
    layers = sum(name.startswith(f"{which}.weights.") for name in state)
    first, *rest = (state[f"{which}.weights.{layer}"] for layer in range(layers))
    widths = (first.shape[2], first.shape[1], *(block.shape[1] for block in rest))
    generators = Generators(widths, len(first), weights.settings["bounded"])
    for kind in ("weights", "biases"):
        for layer, block in enumerate(getattr(generators.network, kind)):
            block.copy_(state[f"{which}.{kind}.{layer}"])
    return generators


def averaging_rate(window: float, step: int) -> float:
    """The weight of the newest value in the average after step 1, 2, …: the mean is over a
    window that grows with the step (Shamir & Zhang 2013, ICML)."""
    return (window + 1) / (window + step)


class _Runs:
    """Networks, optimizers, batches and streams of S runs."""

    def __init__(
        self, dim: int, noise_dim: int, recipe: Recipe, seeds: Sequence[int | str], device: str
    ) -> None:
        members, points = len(seeds), recipe.batch_size
        self.recipe = recipe
        self.critic = Critic((dim, *recipe.critic_widths, 1), members, device=device)
        self.generators, self.averaged = (
            Generators((noise_dim, *recipe.generator_widths, dim), members, recipe.bounded, device)
            for _ in range(2)
        )
        self.critic.initialize("pytorch", [f"{seed}.critic" for seed in seeds])
        self.generators.network.initialize("pytorch", [f"{seed}.generator" for seed in seeds])
        self._critic_optimizer = _adam(self.critic, recipe.critic_learning_rate)
        self._optimizer = _adam(self.generators.network, recipe.generator_learning_rate)
        self._streams = [generator(seed, "batches") for seed in seeds]
        self._noise = torch.empty(members, recipe.critic_steps + 1, noise_dim, points)
        self._real = torch.empty(members, recipe.critic_steps, dim, points)
        self._between = torch.empty(members, recipe.critic_steps, 1, points)
        # Real, generated, and between them.
        self._points = torch.empty(members, dim, 3 * points, device=device)

    def advance(self, step: int) -> Loss:
        """One step of the generators, after those of the critics; return the loss of the last
        of these."""
        recipe, critic, device = self.recipe, self.critic, self._points.device
        for member, stream in enumerate(self._streams):
            self._noise[member].normal_(generator=stream)
            self._real[member].uniform_(-1, 1, generator=stream)
            self._between[member].uniform_(generator=stream)
        noise, real, between = (
            batch.to(device) for batch in (self._noise, self._real, self._between)
        )
        first, second, between_them = self._points.chunk(3, dim=2)
        for k in range(recipe.critic_steps):
            first.copy_(real[:, k])
            generated = second.copy_(self.generators.forward(noise[:, k]))
            torch.lerp(generated, first, between[:, k], out=between_them)
            loss = critic.fill_gradient(self._points, recipe.penalty, recipe.one_sided)
            self._critic_optimizer.step()
        generated = self.generators.forward(noise[:, -1])
        slope = critic.input_gradient(generated)
        self.generators.backward(slope.mul_(-1 / recipe.batch_size), generated)
        self._optimizer.param_groups[0]["lr"] = recipe.generator_learning_rate * (
            1 - (step - 1) / recipe.steps
        )
        self._optimizer.step()
        self.averaged.network.parameters.lerp_(
            self.generators.network.parameters, averaging_rate(recipe.averaging, step)
        )
        return loss

    def memory(self) -> int:
        """Bytes of all tensors that training holds."""
        networks = (self.critic, self.generators.network, self.averaged.network)
        tensors = [*_tensors(vars(self)), *(t for n in networks for t in _tensors(vars(n)))]
        for optimizer in (self._critic_optimizer, self._optimizer):
            tensors += [t for state in optimizer.state.values() for t in _tensors(state)]
        storages = [tensor.untyped_storage() for tensor in tensors]
        return sum({s.data_ptr(): s.nbytes() for s in storages}.values())


def _adam(network: Ensemble, learning_rate: float) -> torch.optim.Adam:
    leaf = network.parameters.detach().requires_grad_()  # the same memory
    leaf.grad = network.gradient
    return torch.optim.Adam([leaf], lr=learning_rate, betas=(0.0, 0.99), fused=True)


def _tensors(attributes: dict) -> list[Tensor]:
    """The tensors among `attributes`, and in lists there."""
    lists = (value if isinstance(value, list) else [value] for value in attributes.values())
    return [value for values in lists for value in values if isinstance(value, Tensor)]
