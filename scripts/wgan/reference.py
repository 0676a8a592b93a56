"""WGAN-GP as it is usually written: one run with modules of torch.nn, and a penalty that is
differentiated by a second backward pass through the graph of the first."""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from dlse.networks.ensemble import Ensemble
from dlse.networks.streams import generator
from dlse.networks.training import initialized
from dlse.studies.wgan.networks import averaging_rate
from dlse.workflow.clock import Clock


def perceptron(widths: Sequence[int], activation: type[nn.Module]) -> nn.Sequential:
    """Linear layers of the `widths`, with an activation after each but the last."""
    layers: list[nn.Module] = []
    for ins, outs in itertools.pairwise(widths):
        layers += [nn.Linear(ins, outs), activation()]
    return nn.Sequential(*layers[:-1])


def linear_layers(modules: nn.Sequential) -> list[nn.Linear]:
    """The linear layers of a `perceptron`."""
    return [module for module in modules if isinstance(module, nn.Linear)]


def as_modules(network: Ensemble, member: int, activation: type[nn.Module]) -> nn.Sequential:
    """Copy one member of `network` to a `perceptron` with the same type of numbers."""
    modules = perceptron(network.widths, activation).to(network.parameters.dtype)
    with torch.no_grad():
        for layer, linear in enumerate(linear_layers(modules)):
            linear.weight.copy_(network.weights[layer][member])
            linear.bias.copy_(network.biases[layer][member, :, 0])
    return modules


def penalty_by_autograd(critic: nn.Module, x: Tensor, one_sided: bool) -> Tensor:
    """The mean of (‖∂D/∂x‖ − 1)² over the points `x` `[N, d]`, differentiable with respect to the
    weights. one_sided: only norms above 1 count."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    excess = gradient.norm(dim=1) - 1
    return (excess.clamp_min(0) if one_sided else excess).square().mean()


def train_reference(
    dim: int, noise_dim: int, *, critic_widths: Sequence[int], generator_widths: Sequence[int],
    generator_activation: type[nn.Module], batch_size: int, critic_steps: int, penalty: float,
    one_sided: bool, learning_rates: tuple[float, float], betas: tuple[float, float],
    averaging: float, steps: int, seed: int,
    watch: Callable[[int, float, nn.Module, nn.Module], bool], every: int,
) -> float:  # fmt: skip
    """Train one critic and one generator from the stream of `seed`, and return the CPU seconds.

    learning_rates: constant rates of the critic and of the generator.
    watch: called after `every` so many steps, with the clock stopped. It is given the step, the
        CPU seconds so far, the generator and its average. Training ends when it returns True.
    """
    critic = initialized(lambda: perceptron((dim, *critic_widths, 1), nn.ReLU), f"{seed}.critic")
    model, average = (
        initialized(
            lambda: perceptron((noise_dim, *generator_widths, dim), generator_activation),
            f"{seed}.generator",
        )
        for _ in range(2)
    )
    average.requires_grad_(False)
    critic_optimizer, optimizer = (
        torch.optim.Adam(network.parameters(), lr=rate, betas=betas)
        for network, rate in zip((critic, model), learning_rates, strict=True)
    )
    stream = generator(seed, "wgan")

    def noise() -> Tensor:
        return torch.randn(batch_size, noise_dim, generator=stream)

    clock = Clock()
    for step in range(1, steps + 1):
        for _ in range(critic_steps):
            real = torch.rand(batch_size, dim, generator=stream) * 2 - 1
            with torch.no_grad():
                fake = model(noise())
            mixed = torch.lerp(fake, real, torch.rand(batch_size, 1, generator=stream))
            loss = critic(fake).mean() - critic(real).mean()
            loss = loss + penalty * penalty_by_autograd(critic, mixed, one_sided)
            critic_optimizer.zero_grad()
            loss.backward()
            critic_optimizer.step()
        loss = -critic(model(noise())).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mean, value in zip(average.parameters(), model.parameters(), strict=True):
                mean.lerp_(value, averaging_rate(averaging, step))
        if step % every == 0:
            seconds = clock.seconds()
            if clock.pause(lambda: watch(step, seconds, model, average)):  # noqa: B023
                break
    return clock.seconds()
