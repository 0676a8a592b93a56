"""Which jobs follow from the settings of the WGAN-GP, for the rules."""

import re

from dlse.studies.wgan.recipes import recipe_of
from dlse.workflow.shards import seeds_of, shards


def settings_of(wgan: dict, run: dict) -> dict:
    """The settings of a training job of one run."""
    return {
        "dim": run["dim"],
        "recipe": recipe_of(wgan, run)
        | {name: run[name] for name in ("steps", "one_sided", "output")},
        "evaluations": wgan["evaluations"],
        "resolution": wgan["resolution"],
        "samples": wgan["measure"]["samples"],
    }


def jobs_of(wgan: dict, run: dict) -> dict[str, dict]:
    """The noise dimension and the seeds of each training job of one run, by the path of the job's
    files without their suffix."""
    size = min(wgan["seeds_per_job"], run["seeds"])
    return {
        f"results/wgan/{run['name']}/noise{noise_dim}/block{block}": {
            "noise_dim": noise_dim,
            "seeds": seeds_of(block, size, wgan["first_seed"]),
        }
        for noise_dim in run["noise_dims"]
        for block in shards(run["seeds"], size)
    }


def panel_seeds(wgan: dict) -> list[int]:
    """The seeds whose generators the whole panel measures: the first ones of each run."""
    return seeds_of(0, wgan["measure"]["panel_seeds"], wgan["first_seed"])


def measured_dims(wgan: dict) -> dict[str, list[int]]:
    """The dimensions of the runs, those in which a panel judges them (of tasks 6 and 7, and where
    tanh and fold are compared), and those of tasks 6 and 7, in which flaws are measured, too."""
    dims = {run["name"]: run["dim"] for run in wgan["runs"]}
    flaws = {dims[name] for name in ("uniform5", "uniform20")}
    compared = {dim for dim in dims.values() if {f"tanh{dim}", f"fold{dim}"} <= set(dims)}
    return {
        "dims": sorted(set(dims.values())),
        "panel_dims": sorted(flaws | compared),
        "flaw_dims": sorted(flaws),
    }


def timed_runs(wgan: dict) -> list[dict]:
    """Dimension and recipe of the runs whose steps are timed: those named uniform or fold and a
    number."""
    return [
        {"dim": run["dim"], "recipe": settings_of(wgan, run)["recipe"]}
        for run in wgan["runs"]
        if re.fullmatch(r"(uniform|fold)\d+", run["name"])
    ]


def shown_noise_dims(run: dict) -> list[int]:
    """The noise dimensions whose samples are drawn: the fewest, the most that are too few, and the
    fewest that suffice."""
    below = [k for k in run["noise_dims"] if k < run["dim"]]
    enough = [k for k in run["noise_dims"] if k >= run["dim"]]
    return sorted({*below[:1], *below[-1:], *enough[:1]})
