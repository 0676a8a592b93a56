"""WGAN-GP (Gulrajani et al. 2017) for the uniform distribution on a cube: many runs at once."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from dlse.networks.ensemble import Ensemble
from dlse.networks.streams import generator
from dlse.networks.weights import Weights, save_weights
from dlse.studies.wgan.critic import Critic, Loss
from dlse.studies.wgan.outputs import OUTPUTS
from dlse.studies.wgan.recipe import BETAS, INITIALIZATION, Recipe
from dlse.workflow.clock import Clock

PART = 2048  # samples of a generator at a time, which stay in the cache


class Generators:
    """S tanh perceptrons of the layer `widths`: noise dimensions, hidden …, coordinates.

    output: a name in `OUTPUTS`.
    """

    def __init__(
        self, widths: Sequence[int], members: int, output: str = "linear", device: str = "cpu"
    ) -> None:
        self.network = Ensemble(widths, members, "tanh", device=device)
        self._output, self._differentiate = OUTPUTS[output]
        self._last: Tensor | None = None  # values of the last layer

    def forward(self, noise: Tensor) -> Tensor:
        """Map `noise` `[S, noise_dim, N]` to samples `[S, dim, N]`, in a buffer that the next
        call may overwrite."""
        self._last = self.network.forward(noise)
        return self._output(self._last)

    def backward(self, gradient: Tensor) -> None:
        """Fill the network's `gradient` from `gradient`, that of the loss with respect to the
        samples of the last `forward`."""
        self.network.backward(gradient * self._differentiate(self._last))

    def samples(self, n: int, streams: Sequence[torch.Generator]) -> Tensor:
        """Draw n samples from each generator, `[S, n, dim]`, with noise from its own stream."""
        noise_dim, parts = self.network.widths[0], []
        for _ in range(0, n, PART):
            noise = [torch.empty(noise_dim, PART).normal_(generator=s) for s in streams]
            noise = torch.stack(noise).to(self.network.parameters.device)
            parts.append(self.forward(noise).transpose(1, 2).contiguous().cpu())
        return torch.cat(parts, 1)[:, :n]


class State(NamedTuple):
    """What `watch` sees of S runs at one step."""

    step: int  # of the generator
    cpu_seconds: float  # of one run, so far
    loss: Loss  # of the critics
    raw: Generators
    averaged: Generators


class Training(NamedTuple):
    """The trained generators and the cost of one run."""

    raw: Generators
    averaged: Generators
    cpu_seconds: float  # of one run
    flops_per_step: float  # of one run, of matrix products in one generator step


def train_wgan(
    dim: int,
    noise_dim: int,
    recipe: Recipe,
    seeds: Sequence[int | str],
    watch: Callable[[State], object],
    every: int,
    device: str = "cpu",
) -> Training:
    """Train one critic and one generator for each seed, all together.

    Each run has its own streams of random numbers. Its numbers are therefore those of a run
    alone, up to rounding. A run that diverges continues as NaN without touching the others.

    watch: called after `every` so many steps, with the clock stopped.
    """
    torch.set_flush_denormal(True)
    try:
        # This step is counted and thrown away. It also pays for what only first calls cost.
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
    finally:
        torch.set_flush_denormal(False)
    flops = counter.get_total_flops() / len(seeds)
    return Training(runs.generators, runs.averaged, seconds, flops)


def save_generators(
    trained: Training, path: str, settings: dict, seeds: Sequence[int], dim: int
) -> None:
    """Write the averaged and the last weights of all generators to `path`, with the settings and
    seeds of their training."""
    state = {
        f"{name}.{kind}.{layer}": block
        for name, generators in (("averaged", trained.averaged), ("raw", trained.raw))
        for kind in ("weights", "biases")
        for layer, block in enumerate(getattr(generators.network, kind))
    }
    settings = {**settings, "seeds": list(seeds)}
    save_weights(state, path, "generators", settings, f"uniform{dim}")


def restore_generators(weights: Weights, which: str = "averaged") -> Generators:
    """Rebuild the trained generators with their "averaged" weights or with their last, "raw",
    ones."""
    state = weights.state
    layers = sum(name.startswith(f"{which}.weights.") for name in state)
    first, *rest = (state[f"{which}.weights.{layer}"] for layer in range(layers))
    widths = (first.shape[2], first.shape[1], *(block.shape[1] for block in rest))
    generators = Generators(widths, len(first), weights.settings["output"])
    for kind in ("weights", "biases"):
        for layer, block in enumerate(getattr(generators.network, kind)):
            block.copy_(state[f"{which}.{kind}.{layer}"])
    return generators


def untrained_generators(weights: Weights) -> Generators:
    """The same generators as before their training."""
    trained = restore_generators(weights)
    generators = Generators(
        trained.network.widths, trained.network.members, weights.settings["output"]
    )
    _draw_first_weights(generators.network, "generator", weights.settings["seeds"])
    return generators


def averaging_rate(window: float, step: int) -> float:
    """The weight of the newest value in the average after `step` = 1, 2, …

    The average is over a window that grows with the step (Shamir & Zhang 2013, ICML).
    """
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
            Generators((noise_dim, *recipe.generator_widths, dim), members, recipe.output, device)
            for _ in range(2)
        )
        _draw_first_weights(self.critic.network, "critic", seeds)
        _draw_first_weights(self.generators.network, "generator", seeds)
        self._critic_optimizer = _adam(self.critic.network, recipe.critic_learning_rate)
        self._optimizer = _adam(self.generators.network, recipe.generator_learning_rate)
        self._streams = [generator(seed, "batches") for seed in seeds]
        self._noise = torch.empty(members, recipe.critic_steps + 1, noise_dim, points)
        self._real = torch.empty(members, recipe.critic_steps, dim, points)
        self._between = torch.empty(members, recipe.critic_steps, 1, points)
        # Real points, generated points, and points between them.
        self._points = torch.empty(members, dim, 3 * points, device=device)

    def advance(self, step: int) -> Loss:
        """Take the steps of the critics, then one of the generators. Return the loss of the last
        critic step."""
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
        self.generators.backward(slope.mul_(-1 / recipe.batch_size))
        self._optimizer.param_groups[0]["lr"] = recipe.generator_learning_rate * (
            1 - (step - 1) / recipe.steps
        )
        self._optimizer.step()
        self.averaged.network.parameters.lerp_(
            self.generators.network.parameters, averaging_rate(recipe.averaging, step)
        )
        return loss


def _draw_first_weights(network: Ensemble, role: str, seeds: Sequence[int | str]) -> None:
    network.initialize(INITIALIZATION, [f"{seed}.{role}" for seed in seeds])


def _adam(network: Ensemble, learning_rate: float) -> torch.optim.Adam:
    leaf = network.parameters.detach().requires_grad_()  # the same memory
    leaf.grad = network.gradient
    return torch.optim.Adam([leaf], lr=learning_rate, betas=BETAS, fused=True)
