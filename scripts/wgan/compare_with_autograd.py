"""Measure the CPU seconds of a generator step of WGAN-GP: with gradients in closed form, for
several runs together and for one alone, and with automatic differentiation, of the same networks
and of the usual recipe."""

import time
from functools import partial

import torch
from torch import nn

from dlse.networks.streams import generator
from dlse.results.timing import in_turn
from dlse.studies.wgan.critic import Critic
from dlse.studies.wgan.networks import Recipe, train_wgan
from dlse.studies.wgan.reference import (
    as_modules,
    linear_layers,
    penalty_by_autograd,
    train_reference,
)
from dlse.studies.wgan.standard import standard_recipe
from dlse.workflow.job import job, listed
from dlse.workflow.tables import Metrics


def compare(
    repetition: int, runs: list[dict], usual_dims: list[int], members: int, steps: int, metrics: str
) -> None:
    """Write the CPU seconds of a generator step of one run, for the recipe of each of the
    `runs` (dim, recipe): `members` of them "together", one "alone", and with a linear output one
    with "autograd". In the dimensions of tasks 6 and 7, one with the "usual" recipe is among them.
    They take turns. Write the largest difference between the two gradients in float64, too.

    repetition: the number of this job; each one repeats the measurement in a process of its own.
    usual_dims: the dimensions in which the usual recipe was trained.
    """
    rows = Metrics("wgan_speed", repetition=repetition, members=members)
    for run in runs:
        dim, recipe = run["dim"], run["recipe"]
        where = {"dataset": f"uniform{dim}", "dim": dim, "output": recipe["output"]}
        contestants = {
            "together": partial(_closed_form, dim, recipe, members, steps),
            "alone": partial(_closed_form, dim, recipe, 1, steps),
        }
        if recipe["output"] == "linear":
            contestants["autograd"] = partial(_autograd, dim, recipe, steps)
            if dim in usual_dims:
                contestants["usual"] = partial(_usual, dim, steps)
            for variant, one_sided in (("one_sided", True), ("two_sided", False)):
                difference = _difference(dim, recipe, one_sided)
                rows.add("gradient_difference", difference, variant=variant, **where)
        found = {name: seconds for name, (seconds,) in in_turn(contestants, 1).items()}
        for variant, seconds in found.items():
            rows.add("cpu_seconds_per_step", seconds, "CPU s", variant=variant, **where)
        print(f"dim {dim}: {listed(found)} CPU s per step")
    rows.add("job_cpu_seconds", time.process_time(), "CPU s", dataset="uniform")
    rows.write(metrics)


def _closed_form(dim: int, recipe: dict, members: int, steps: int) -> float:
    recipe = Recipe(**{**recipe, "steps": steps})
    trained = train_wgan(dim, dim, recipe, range(members), lambda state: None, steps + 1)
    return trained.cpu_seconds / steps


def _autograd(dim: int, recipe: dict, steps: int) -> float:
    seconds = train_reference(
        dim, dim,
        critic_widths=recipe["critic_widths"], generator_widths=recipe["generator_widths"],
        generator_activation=nn.Tanh, batch_size=recipe["batch_size"],
        critic_steps=recipe["critic_steps"], penalty=recipe["penalty"], one_sided=True,
        learning_rates=(recipe["critic_learning_rate"], recipe["generator_learning_rate"]),
        betas=(0.0, 0.99), averaging=recipe["averaging"], steps=steps, seed=0,
        watch=lambda *state: False, every=steps + 1,
    )  # fmt: skip
    return seconds / steps


def _usual(dim: int, steps: int) -> float:
    seconds = train_reference(
        dim, dim, **standard_recipe(), steps=steps, seed=0, watch=lambda *state: False,
        every=steps + 1,
    )  # fmt: skip
    return seconds / steps


def _difference(dim: int, recipe: dict, one_sided: bool) -> float:
    """The largest difference between the two gradients with respect to a parameter, for a critic
    whose input gradients have norms around 1."""
    widths, points = (dim, *recipe["critic_widths"], 1), recipe["batch_size"]
    critic = Critic(widths, 1, dtype=torch.float64)
    network = critic.network
    network.initialize("he_normal", ["difference"])
    x = torch.randn(1, dim, 3 * points, generator=generator(0, "difference")).double()
    network.weights[-1].div_(critic.input_gradient(x).norm(dim=1).mean())
    peer = as_modules(network, 0, nn.ReLU)
    critic.fill_gradient(x, recipe["penalty"], one_sided)
    real, generated, between = x[0].T.chunk(3)
    penalty = penalty_by_autograd(peer, between, one_sided)
    loss = peer(generated).mean() - peer(real).mean() + recipe["penalty"] * penalty
    loss.backward()
    return max(
        float((by_autograd - closed_form).abs().max())
        for layer, linear in enumerate(linear_layers(peer))
        for by_autograd, closed_form in (
            (linear.weight.grad, network.weight_gradients[layer][0]),
            (linear.bias.grad, network.bias_gradients[layer][0, :, 0]),
        )
    )


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            int(snakemake.wildcards.repetition), snakemake.params.runs,
            **snakemake.params.settings, metrics=snakemake.output[0],
        )  # fmt: skip
