"""Train the generators of one WGAN-GP run, for one noise dimension and one block of seeds."""

import statistics
import time

from dlse.networks.hardware import resolve_device
from dlse.networks.streams import generator
from dlse.studies.wgan.networks import State, save_generators, train_wgan
from dlse.studies.wgan.recipe import Recipe
from dlse.studies.wgan.sliced_wasserstein import Measure
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def train(
    run: str, dim: int, noise_dim: int, recipe: dict, seeds: list[int], evaluations: int,
    samples: int, device: str, metrics: str, generators: str,
) -> None:  # fmt: skip
    """Write the headline of the averaged generators, the critic's gap and the penalty during
    training, the FLOP of a step, and the generators with their averaged and last weights.

    evaluations: their number during training, evenly spaced.
    samples: drawn from each generator for an evaluation.
    """
    recipe, measure = Recipe(**recipe), Measure(dim, samples)
    rows = Metrics("wgan", f"uniform{dim}", variant=run, dim=dim, noise_dim=noise_dim)

    def watch(state: State) -> None:
        # The streams belong to the evaluation, so that no run depends on how often it is evaluated.
        streams = [generator(seed, f"averaged evaluation {state.step}") for seed in seeds]
        drawn = state.averaged.samples(samples, streams).numpy()
        headlines = [measure.headline(of_seed) for of_seed in drawn]
        values = {
            ("headline", "averaged"): headlines,
            ("critic_gap", None): state.loss.gap.tolist(),
            ("penalty", None): state.loss.penalty.tolist(),
        }
        for (metric, split), of_seeds in values.items():
            for seed, value in zip(seeds, of_seeds, strict=True):
                rows.add(metric, value, seed=seed, split=split, step=state.step)
        median = statistics.median(headlines)
        left = state.cpu_seconds / state.step * (recipe.steps - state.step) * len(seeds)
        print(f"step {state.step:5d}/{recipe.steps}  headline {median:.4f}  {left:.0f} CPU s left")

    every = recipe.steps // evaluations
    trained = train_wgan(dim, noise_dim, recipe, seeds, watch, every, device)
    for seed in seeds:
        rows.add("flops_per_step", trained.flops_per_step, "FLOP", seed=seed)
    rows.add("job_cpu_seconds", time.process_time(), "CPU s")
    rows.write(metrics, {**vars(recipe), "samples": samples, "device": device})
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
