"""Train the usual WGAN-GP recipe until its samples are at 5 %, or for so many steps."""

import torch
from torch import nn

from dlse.job import job
from dlse.sliced_wasserstein import Measure
from dlse.tables import metrics_table, write_table
from dlse.training import generator
from dlse.wgan_cost import reach
from dlse.wgan_reference import train_reference

# As published with the Wasserstein distance on small data: three layers of 512, ReLU.
STANDARD = {
    "critic_widths": (512, 512, 512),
    "generator_widths": (512, 512, 512),
    "generator_activation": nn.ReLU,
    "batch_size": 256,
    "critic_steps": 5,
    "penalty": 0.1,
    "one_sided": False,
    "learning_rates": (1e-4, 1e-4),
    "betas": (0.5, 0.9),
    "averaging": 10,
}


def train(dim: int, samples: int, seed: int, steps: int, evaluate_every: int, metrics: str) -> None:
    """Write the headline along the training, with its last and with its averaged weights."""
    measure = Measure(dim, samples)
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

    train_reference(dim, dim, **STANDARD, steps=steps, seed=seed, watch=watch, every=evaluate_every)
    common = {"study": "wgan_standard", "dataset": f"uniform{dim}", "variant": "standard",
              "seed": seed, "dim": dim, "noise_dim": dim}  # fmt: skip
    write_table(metrics_table([{**common, **row} for row in rows]), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        train(
            dim=int(snakemake.wildcards.dim), **snakemake.params.settings,
            metrics=snakemake.output[0],
        )  # fmt: skip
