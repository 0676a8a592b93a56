"""Train the generators of one WGAN-GP run, for one noise dimension and one block of seeds."""

import math
import statistics
import time

from dlse.networks.hardware import resolve_device
from dlse.studies.wgan.evaluations import Evaluations
from dlse.studies.wgan.measure.readings import READINGS, SLOW
from dlse.studies.wgan.networks import Recipe, State, save_generators, train_wgan
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

RAW_EVERY = 4  # the last weights are measured at every fourth evaluation of the averaged ones


def train(
    run: str, dim: int, noise_dim: int, recipe: dict, seeds: list[int], evaluations: int,
    resolution: int, samples: int, device: str, metrics: str, generators: str,
) -> None:  # fmt: skip
    """Write the readings of accuracy, the critic's gap and the penalty during training, the FLOP of
    a step, and the generators with their averaged and last weights.

    evaluations: their number during training.
    resolution: steps between further evaluations where a run becomes accurate.
    samples: drawn from each generator for an evaluation.
    """
    recipe = Recipe(**recipe)
    steps, every = recipe.steps, recipe.steps // evaluations
    rows = Metrics("wgan", f"uniform{dim}", variant=run, dim=dim, noise_dim=noise_dim)
    # A set of fewer dimensions has no volume: its total variation distance is 100 %.
    used = [r for r in READINGS if r not in SLOW or noise_dim >= dim]
    evaluated = Evaluations(dim, samples, seeds, every, resolution, rows, used)

    def watch(state: State) -> None:
        found = evaluated.watch(state)
        if not found:
            return
        values = {
            ("critic_gap", None): state.loss.gap.tolist(),
            ("penalty", None): state.loss.penalty.tolist(),
        }
        if state.step // every % RAW_EVERY == 0:
            drawn = evaluated.draw(state.raw, "raw", state.step)
            values["headline", "raw"] = evaluated.headlines(drawn)
        for (metric, split), of_seeds in values.items():
            for seed, value in zip(seeds, of_seeds, strict=True):
                rows.add(metric, value, seed=seed, split=split, step=state.step)
        median = statistics.median(of_seed["headline"] for of_seed in found.values())
        left = state.cpu_seconds / state.step * (steps - state.step) * len(seeds)
        print(f"step {state.step:5d}/{steps}  headline {median:.4f}  {left:.0f} CPU s left")

    trained = train_wgan(dim, noise_dim, recipe, seeds, watch, math.gcd(every, resolution), device)
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
