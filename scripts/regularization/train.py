"""Train the networks of one method of task 3 on one block of noise seeds."""

from dataclasses import asdict

import numpy as np

from dlse.networks.hardware import resolve_device
from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.regularization.networks import Setting, fit, part_errors
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics, read_table
from dlse.workflow.whole_files import whole_file


def train(
    setting: Setting, noise_seeds: list[int], initializations: int, device: str,
    metrics: str, functions: str,
) -> None:  # fmt: skip
    """Write the errors of every network and of the mean of each noise seed's networks, and the
    values of all networks at the test points."""
    data = OSCILLATORY.data(noise_seeds).repeat_interleave(initializations, 0)
    seeds = [f"{noise}.{k}" for noise in noise_seeds for k in range(initializations)]
    x, at = OSCILLATORY.x(), OSCILLATORY.test()[0]
    values, seconds = fit(setting, seeds, x, data, at, device)
    values = values.view(len(noise_seeds), initializations, -1)
    rows = Metrics("regularization", "oscillatory function", variant=setting.method)
    for metric, errors in part_errors(values).items():
        for noise, of_noise in zip(noise_seeds, errors, strict=True):
            for k, error in enumerate(of_noise):
                rows.add(metric, float(error), seed=noise, initialization_seed=k)
    for metric, errors in part_errors(values.mean(1)).items():
        for noise, error in zip(noise_seeds, errors, strict=True):
            rows.add(f"{metric}_of_mean", float(error), seed=noise)
    rows.add("cpu_seconds", seconds, "CPU s")
    rows.write(metrics, {**asdict(setting), "device": device})
    with whole_file(functions) as path:
        np.save(path, values.float().numpy(), allow_pickle=False)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        scores = read_table(snakemake.input[0])
        best = scores.filter(scores["chosen"]).slice(0, 1).to_pylist()[0]
        train(
            setting=Setting(**{name: best[name] for name in Setting.__dataclass_fields__}),
            noise_seeds=snakemake.params.noise_seeds,
            initializations=snakemake.params.initializations,
            device=resolve_device(snakemake.params.device),
            **snakemake.output,
        )
