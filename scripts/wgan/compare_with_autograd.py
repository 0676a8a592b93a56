"""Compare WGAN-GP with gradients in closed form to WGAN-GP by automatic differentiation."""

import statistics
import time
from functools import partial

import torch
from torch import nn

from dlse.networks.streams import generator
from dlse.results.timing import in_turn, ratios
from dlse.studies.wgan.critic import Critic
from dlse.studies.wgan.networks import Recipe, train_wgan
from dlse.studies.wgan.reference import penalty_by_autograd, perceptron, train_reference
from dlse.workflow.job import job, listed
from dlse.workflow.tables import metrics_table, write_table


def compare(
    recipe: dict, dims: list[int], members: int, steps: int, pairs: int, metrics: str
) -> None:
    """Write the largest difference of the two gradients in float64, and CPU seconds a generator
    step of one run: medians over `pairs` of runs in turn, and their ratio."""
    rows = []
    for dim in dims:
        common = {"study": "wgan_speed", "dataset": f"uniform{dim}", "dim": dim}
        rows += [
            {**common, "variant": "one_sided" if one_sided else "two_sided",
             "metric": "gradient_difference", "value": _difference(dim, recipe, one_sided),
             "unit": "1"}
            for one_sided in (True, False)
        ]  # fmt: skip
        contestants = {
            "closed_form": partial(_closed_form, dim, recipe, members, steps),
            "autograd": partial(_autograd, dim, recipe, steps),
        }
        seconds = in_turn(contestants, pairs)
        rows += [
            {**common, "variant": variant, "metric": "cpu_seconds_per_step",
             "value": statistics.median(values), "unit": "CPU s", "members": members}
            for variant, values in seconds.items()
        ]  # fmt: skip
        found = ratios(seconds["autograd"], seconds["closed_form"])
        rows += [
            {**common, "variant": "autograd", "metric": metric, "value": value,
             "unit": "CPU s/CPU s", "members": members}
            for metric, value in found.items()
        ]  # fmt: skip
        medians = {variant: statistics.median(values) for variant, values in seconds.items()}
        print(f"dim {dim}: {listed(medians)} CPU s a step, ratio {found['ratio']:.2f}")
    rows.append({"study": "wgan_speed", "dataset": "uniform", "metric": "job_cpu_seconds",
                 "value": time.process_time(), "unit": "CPU s"})  # fmt: skip
    write_table(metrics_table(rows), metrics)


def _closed_form(dim: int, recipe: dict, members: int, steps: int) -> float:
    trained = train_wgan(
        dim, dim, Recipe(**recipe, steps=steps), range(members), lambda state: None, steps + 1
    )
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


def _difference(dim: int, recipe: dict, one_sided: bool) -> float:
    """The largest difference of a parameter's gradient, by a critic with norms around 1."""
    widths, points = (dim, *recipe["critic_widths"], 1), recipe["batch_size"]
    critic = Critic(widths, 1, dtype=torch.float64)
    critic.initialize("he_normal", ["difference"])
    x = torch.randn(1, dim, 3 * points, generator=generator(0, "difference")).double()
    critic.weights[-1].div_(critic.input_gradient(x).norm(dim=1).mean())
    peer = perceptron(widths, nn.ReLU).double()
    linears = [m for m in peer if isinstance(m, nn.Linear)]
    with torch.no_grad():
        for layer, linear in enumerate(linears):
            linear.weight.copy_(critic.weights[layer][0])
            linear.bias.copy_(critic.biases[layer][0, :, 0])
    critic.fill_gradient(x, recipe["penalty"], one_sided)
    real, generated, between = x[0].T.chunk(3)
    penalty = penalty_by_autograd(peer, between, one_sided)
    loss = peer(generated).mean() - peer(real).mean() + recipe["penalty"] * penalty
    loss.backward()
    return max(
        float((theirs - ours).abs().max())
        for layer, linear in enumerate(linears)
        for theirs, ours in (
            (linear.weight.grad, critic.weight_gradients[layer][0]),
            (linear.bias.grad, critic.bias_gradients[layer][0, :, 0]),
        )
    )


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(snakemake.params.recipe, **snakemake.params.settings, metrics=snakemake.output[0])
