"""Fit the reference methods of task 3 to one block of noise seeds, and write their errors."""

import time

from dlse.studies.regularization.networks import part_errors
from dlse.studies.regularization.peers import PEERS, peer
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def fit(noise_seeds: list[int], metrics: str) -> None:
    """Write the errors of each method on each noise seed."""
    rows = Metrics("regularization", "oscillatory function")
    for name in PEERS:
        before = time.process_time()
        found = part_errors(peer(name, noise_seeds))
        seconds = time.process_time() - before
        for metric, errors in found.items():
            for noise, error in zip(noise_seeds, errors, strict=True):
                rows.add(metric, float(error), variant=name, seed=noise)
        rows.add("cpu_seconds", seconds, "CPU s", variant=name)
        print(f"{name}: {100 * float(found['rel_l2'].median()):.2f} %, {seconds:.1f} CPU s")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        fit(noise_seeds=snakemake.params.noise_seeds, metrics=snakemake.output[0])
