"""Train the usual WGAN-GP recipe until its samples are at 5 %, or for so many steps; before
that ours, for the ratio of the CPU seconds."""

import math
import statistics

import pandas as pd
import torch
from torch import nn

from dlse.networks.streams import generator
from dlse.results.timing import benchmark_rows
from dlse.studies.wgan.cost import median_cost, reach, reached, standard_run
from dlse.studies.wgan.measure.sliced_wasserstein import Measure
from dlse.studies.wgan.networks import Recipe, State, train_wgan
from dlse.studies.wgan.reference import train_reference
from dlse.studies.wgan.standard import STANDARD
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table

# With the activation that is named there.
RECIPE = {**STANDARD, "generator_activation": getattr(nn, STANDARD["generator_activation"])}


def train(
    dim: int, samples: int, seed: int, steps: int, evaluate_every: int, ours: dict,
    seeds: int, rounds: int, standard: str, line: str,
) -> None:  # fmt: skip
    """Write the headline along the training with its last and with its averaged weights
    (`standard`), and what it costs against `seeds` runs of ours, `rounds` times (`line`)."""
    measure = Measure(dim, samples)
    our_seconds = [_seconds_of_ours(measure, ours, seeds) for _ in range(rounds + 1)][1:]
    stream = generator(seed, "evaluation")
    rows, averaged = [], []

    def watch(step: int, seconds: float, last: nn.Module, average: nn.Module) -> bool:
        for weights, network in (("averaged", average), ("raw", last)):
            with torch.no_grad():
                drawn = network(torch.randn(samples, dim, generator=stream)).numpy()
            rows.append({"split": weights, "step": step, "metric": "headline",
                         "value": measure.headline(drawn), "unit": "1"})  # fmt: skip
            if weights == "averaged":
                averaged.append(rows[-1]["value"])
        rows.append({"step": step, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
        print(f"step {step:5d}/{steps}  headline {averaged[-1]:.4f}  {seconds:.0f} CPU s")
        return reach(averaged).evaluation is not None

    train_reference(dim, dim, **RECIPE, steps=steps, seed=seed, watch=watch, every=evaluate_every)
    common = {"study": "wgan_standard", "dataset": f"uniform{dim}", "variant": "standard",
              "seed": seed, "dim": dim, "noise_dim": dim}  # fmt: skip
    table = metrics_table([{**common, **row} for row in rows])
    write_table(table, standard)
    write_table(metrics_table(_line(dim, our_seconds, standard_run(table.to_pandas()))), line)


def _seconds_of_ours(measure: Measure, ours: dict, seeds: int) -> float:
    """The CPU seconds that bring half of our runs to 5 %; infinite where fewer get there."""
    recipe, dim = Recipe(**ours["recipe"]), ours["dim"]
    streams = [generator(seed, "averaged evaluation") for seed in range(seeds)]
    curves = []

    def watch(state: State) -> None:
        drawn = state.averaged.samples(ours["samples"], streams)
        curves.extend(
            {"seed": seed, "step": state.step, "cpu_seconds": state.cpu_seconds,
             "headline": measure.headline(of_one.numpy())}
            for seed, of_one in enumerate(drawn)
        )  # fmt: skip

    every = recipe.steps // ours["evaluations"]
    train_wgan(dim, dim, recipe, range(seeds), watch, every)
    runs = reached(pd.DataFrame(curves))
    return median_cost(runs.cpu_seconds, runs.reached)


def _line(dim: int, ours: list[float], peer: pd.Series) -> list[dict]:
    """The rows of the benchmark: a ratio where both reach 5 %, else what is known."""
    name = "usual recipe"
    if peer.reached and all(map(math.isfinite, ours)):
        seconds = {"ours": ours, name: [peer.cpu_seconds] * len(ours)}
        return benchmark_rows("wgan", f"uniform{dim}", seconds, dim=dim)
    common = {"study": "benchmark", "dataset": f"uniform{dim}", "variant": "wgan", "dim": dim}
    return [
        {**common, "peer": "ours", "metric": "cpu_seconds", "value": statistics.median(ours),
         "unit": "CPU s"},
        {**common, "peer": name, "metric": "reached", "value": float(peer.reached), "unit": "1"},
        {**common, "peer": name, "metric": "cpu_seconds_at_least", "value": peer.cpu_seconds,
         "unit": "CPU s"},
    ]  # fmt: skip


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            dim=int(snakemake.wildcards.dim), **snakemake.params.settings,
            ours=snakemake.params.ours, seeds=snakemake.params.seeds,
            rounds=snakemake.params.rounds, **snakemake.output,
        )  # fmt: skip
