"""Train the usual WGAN-GP recipe until its samples are accurate or its steps are spent, and
compare its CPU seconds to those of our implementation."""

import math
import statistics

import pandas as pd
import torch
from torch import nn

from dlse.networks.streams import generator
from dlse.results.timing import benchmark_rows
from dlse.studies.wgan.cost import median_cost, reach, reached, standard_run
from dlse.studies.wgan.evaluations import Evaluations
from dlse.studies.wgan.measure.sliced_wasserstein import Measure
from dlse.studies.wgan.networks import Recipe, train_wgan
from dlse.studies.wgan.reference import train_reference
from dlse.studies.wgan.standard import standard_recipe
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, metrics_table, write_table


def train(
    dim: int, samples: int, seed: int, steps: int, evaluate_every: int, our_settings: dict,
    our_seeds: int, rounds: int, standard: str, line: str,
) -> None:  # fmt: skip
    """Write the headline of the usual recipe during training, with its averaged and with its last
    weights, to `standard`, and the line of the benchmark to `line`.

    our_settings, our_seeds: the run of our implementation with the same task, and the number of
        its seeds. It is trained `rounds` times, after a first round that is not counted.
    """
    measure = Measure(dim, samples)
    our_seconds = [_our_seconds(our_settings, our_seeds) for _ in range(rounds + 1)][1:]
    stream = generator(seed, "evaluation")
    rows = Metrics("wgan_standard", f"uniform{dim}", variant="standard", seed=seed, dim=dim,
                   noise_dim=dim)  # fmt: skip
    averaged = []

    def watch(step: int, seconds: float, last: nn.Module, average: nn.Module) -> bool:
        for weights, network in (("averaged", average), ("raw", last)):
            with torch.no_grad():
                drawn = network(torch.randn(samples, dim, generator=stream)).numpy()
            headline = measure.headline(drawn)
            rows.add("headline", headline, split=weights, step=step)
            if weights == "averaged":
                averaged.append(headline)
        rows.add("cpu_seconds", seconds, "CPU s", step=step)
        print(f"step {step:5d}/{steps}  headline {averaged[-1]:.4f}  {seconds:.0f} CPU s")
        return reach(averaged).evaluation is not None

    train_reference(
        dim, dim, **standard_recipe(), steps=steps, seed=seed, watch=watch, every=evaluate_every
    )
    rows.write(standard)
    run = standard_run(metrics_table(rows.rows).to_pandas())
    write_table(metrics_table(_line(dim, our_seconds, run)), line)


def _our_seconds(settings: dict, seeds: int) -> float:
    """The CPU seconds after which half of our runs are accurate, if so many `seeds` step together;
    infinite if fewer ever are."""
    recipe, dim = Recipe(**settings["recipe"]), settings["dim"]
    every, resolution = recipe.steps // settings["evaluations"], settings["resolution"]
    rows = Metrics("wgan")
    evaluated = Evaluations(
        dim, settings["samples"], range(seeds), every, resolution, rows, ["headline"]
    )
    trained = train_wgan(
        dim, dim, recipe, range(seeds), evaluated.watch, math.gcd(every, resolution)
    )
    curves = metrics_table(rows.rows).to_pandas()
    runs = reached(curves[curves.metric == "headline"].rename(columns={"value": "headline"}))
    return median_cost(runs.steps, runs.reached) * trained.cpu_seconds / recipe.steps


def _line(dim: int, our_seconds: list[float], usual: pd.Series) -> list[dict]:
    """The rows of the benchmark: a ratio if both become accurate, otherwise what is known."""
    name = "usual recipe"
    if usual.reached and all(map(math.isfinite, our_seconds)):
        seconds = {"ours": our_seconds, name: [usual.cpu_seconds]}
        return benchmark_rows("wgan", f"uniform{dim}", seconds, dim=dim)
    rows = Metrics("benchmark", f"uniform{dim}", variant="wgan", dim=dim)
    rows.add("cpu_seconds", statistics.median(our_seconds), "CPU s", peer="ours")
    rows.add("reached", float(usual.reached), peer=name)
    rows.add("cpu_seconds_at_least", usual.cpu_seconds, "CPU s", peer=name)
    return rows.rows


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            dim=int(snakemake.wildcards.dim), **snakemake.params.settings,
            our_settings=snakemake.params.our_settings, our_seeds=snakemake.params.our_seeds,
            rounds=snakemake.params.rounds, **snakemake.output,
        )  # fmt: skip
