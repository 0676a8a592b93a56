"""Train the generators of one WGAN-GP run, for one noise dimension and one block of seeds."""

import time

import torch

from dlse.networks.hardware import resolve_device
from dlse.networks.streams import generator
from dlse.studies.wgan.measure.sliced_wasserstein import Measure
from dlse.studies.wgan.networks import Generators, Recipe, State, save_generators, train_wgan
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

RAW_EVERY = 4  # the last weights are measured at every fourth evaluation of the averaged ones


def train(
    run: str, dim: int, noise_dim: int, recipe: dict, seeds: list[int], evaluations: int,
    samples: int, device: str, metrics: str, generators: str,
) -> None:  # fmt: skip
    """Write the headline, the critic's gap and the penalty during training, its cost, and the
    generators with their averaged and last weights.

    evaluations: their number during training.
    samples: drawn from each generator for the headline.
    """
    measure = Measure(dim, samples)
    streams = {weights: [generator(s, f"{weights} evaluation") for s in seeds]
               for weights in ("raw", "averaged")}  # fmt: skip
    rows = Metrics("wgan", f"uniform{dim}", variant=run, dim=dim, noise_dim=noise_dim)

    def headlines(weights: str, network: Generators) -> list[float]:
        drawn = network.samples(samples, streams[weights])
        return [measure.headline(of_seed.numpy()) for of_seed in drawn]

    def watch(state: State) -> None:
        values = {
            ("headline", "averaged"): headlines("averaged", state.averaged),
            ("critic_gap", None): state.loss.gap.tolist(),
            ("penalty", None): state.loss.penalty.tolist(),
            ("cpu_seconds", None): [state.cpu_seconds] * len(seeds),
        }
        if state.step // every % RAW_EVERY == 0:
            values["headline", "raw"] = headlines("raw", state.raw)
        for (metric, split), of_seeds in values.items():
            unit = "CPU s" if metric == "cpu_seconds" else "1"
            for seed, value in zip(seeds, of_seeds, strict=True):
                rows.add(metric, value, unit, seed=seed, split=split, step=state.step)
        median = torch.tensor(values["headline", "averaged"]).median()
        left = state.cpu_seconds / state.step * (steps - state.step) * len(seeds)
        print(f"step {state.step:5d}/{steps}  headline {median:.4f}  {left:.0f} CPU s left")

    recipe = Recipe(**recipe)
    steps = recipe.steps
    every = steps // evaluations
    trained = train_wgan(dim, noise_dim, recipe, seeds, watch, every, device)
    for metric, value, unit in (
        ("training_cpu_seconds", trained.cpu_seconds, "CPU s"),
        ("flops_per_step", trained.flops_per_step, "FLOP"),
        ("critic_steps_per_step", recipe.critic_steps, "1"),
    ):
        for seed in seeds:
            rows.add(metric, value, unit, seed=seed)
    rows.add("job_cpu_seconds", time.process_time(), "CPU s")
    rows.write(metrics, {**vars(recipe), "samples": samples})
    save_generators(trained, generators, vars(recipe), seeds, dim)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            run=snakemake.wildcards.run,
            noise_dim=int(snakemake.wildcards.noise_dim),
            seeds=snakemake.params.seeds,
            device=resolve_device(snakemake.params.device),
            **snakemake.params.settings,
            **snakemake.output,
        )
