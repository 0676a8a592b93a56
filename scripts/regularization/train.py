"""Train the networks of one method and one block of noise seeds of task 3."""

from dataclasses import asdict

import numpy as np

from dlse.networks.hardware import resolve_device
from dlse.networks.oscillatory import OSCILLATORY
from dlse.studies.regularization.networks import Setting, fit, part_errors
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, read_table, write_table
from dlse.workflow.whole_files import whole_file


def train(
    setting: Setting, noise_seeds: list[int], initializations: int, device: str,
    metrics: str, functions: str,
) -> None:  # fmt: skip
    """Write the errors of every network, and of the mean of those of one noise seed."""
    data = OSCILLATORY.data(noise_seeds).repeat_interleave(initializations, 0)
    seeds = [f"{noise}.{k}" for noise in noise_seeds for k in range(initializations)]
    x, at = OSCILLATORY.x(), OSCILLATORY.test()[0]
    values, seconds = fit(setting, seeds, x, data, at, device)
    values = values.view(len(noise_seeds), initializations, -1)
    common = {"study": "regularization", "dataset": "oscillatory function"}
    common["variant"] = setting.method
    rows = [
        {**common, "seed": noise, "initialization_seed": k, "metric": metric,
         "value": float(errors[row, k]), "unit": "1"}
        for metric, errors in part_errors(values).items()
        for row, noise in enumerate(noise_seeds)
        for k in range(initializations)
    ]  # fmt: skip
    rows += [
        {**common, "seed": noise, "metric": f"{metric}_of_mean", "value": float(error), "unit": "1"}
        for metric, errors in part_errors(values.mean(1)).items()
        for noise, error in zip(noise_seeds, errors, strict=True)
    ]
    rows.append({**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
    write_table(metrics_table(rows), metrics, {**asdict(setting), "device": device})
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
