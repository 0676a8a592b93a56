"""Other methods on the data of one block of noise seeds of task 3."""

import time

from dlse.studies.regularization.networks import part_errors
from dlse.studies.regularization.peers import PEERS, peer
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def fit(noise_seeds: list[int], metrics: str) -> None:
    """Write the errors of each method on each noise seed."""
    rows = []
    for name in PEERS:
        common = {"study": "regularization", "dataset": "oscillatory function", "variant": name}
        before = time.process_time()
        found = part_errors(peer(name, noise_seeds))
        seconds = time.process_time() - before
        rows += [
            {**common, "seed": noise, "metric": metric, "value": float(error), "unit": "1"}
            for metric, errors in found.items()
            for noise, error in zip(noise_seeds, errors, strict=True)
        ]
        rows.append({**common, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s"})
        print(f"{name}: {100 * float(found['rel_l2'].median()):.2f} %, {seconds:.1f} CPU s")
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        fit(snakemake.params.noise_seeds, snakemake.output[0])
