"""Measure the noise of the measures of uniformity, and which of them detect known flaws."""

import time

import numpy as np

from dlse.studies.wgan.measure.known_flaws import FOLDED_NOISE, KNOWN_FLAWS
from dlse.studies.wgan.measure.sliced_wasserstein import (
    Measure,
    noise_floor,
    true_samples,
    two_sample_floor,
)
from dlse.studies.wgan.measure.uniformity import SEARCHED, panel, prediction_interval
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def measure(
    dims: list[int], panel_dims: list[int], flaw_dims: list[int], samples: int,
    floor_repeats: int, panel_repeats: int, metrics: str,
) -> None:  # fmt: skip
    """Write the headlines of true samples in each of the `dims`. In the `panel_dims`, write the
    panel of true samples and of folded noise, and which measures tell the latter from the former.
    In the `flaw_dims` among these, write the same for every flawed distribution, and the headlines
    of two sets of true samples.

    samples: the number that each measure is given.
    floor_repeats, panel_repeats: sets of true samples, for the headline and for the panel.
    """
    rows = Metrics("uniformity")
    for dim in dims:
        where = {"dataset": f"uniform{dim}", "dim": dim, "samples": samples}
        bank = Measure(dim, samples)
        for variant, floor in (("floor", noise_floor), ("two_sample_floor", two_sample_floor)):
            if floor is two_sample_floor and dim not in flaw_dims:
                continue
            found = floor(bank, floor_repeats)
            for seed, value in enumerate(found):
                rows.add("headline", value, variant=variant, seed=seed, **where)
            print(f"{dim} dimensions, {variant}: median {np.median(found):.4f}")
        if dim not in panel_dims:
            continue
        drawn = (1 + SEARCHED) * samples
        truths = [
            panel(true_samples(dim, drawn, np.random.default_rng([4, seed])), bank, seed)
            for seed in range(panel_repeats)
        ]
        limits = {name: prediction_interval([t[name] for t in truths]) for name in truths[0]}
        for name, (low, high) in limits.items():
            median = np.median([t[name] for t in truths])
            for metric, value in (("value", median), ("low", low), ("high", high)):
                rows.add(metric, value, variant="true", split=name, **where)
        shown = {**FOLDED_NOISE, **(KNOWN_FLAWS if dim in flaw_dims else {})}
        for variant, flaw in shown.items():
            flawed = flaw.sample(dim, drawn, np.random.default_rng(5))
            seen_by = []
            for name, value in panel(flawed, bank, panel_repeats).items():
                low, high = limits[name]
                sees = not low <= value <= high
                rows.add("value", value, variant=variant, split=name, **where)
                rows.add("sees", float(sees), variant=variant, split=name, **where)
                if variant in KNOWN_FLAWS and name in flaw.seen_by:
                    rows.add("must_see", 1.0, variant=variant, split=name, **where)
                if sees:
                    seen_by.append(name)
            print(f"{dim} dimensions, {flaw.description}: seen by {', '.join(seen_by) or 'none'}")
    rows.add("job_cpu_seconds", time.process_time(), "CPU s", dataset="uniform")
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        measure(**snakemake.params.dims, **snakemake.params.settings, metrics=snakemake.output[0])
