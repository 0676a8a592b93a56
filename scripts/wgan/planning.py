"""Which jobs follow from the settings of the WGAN-GP, for the rules."""

from dlse.workflow.shards import seeds_of, shards


def recipe_of(wgan: dict, run: dict) -> dict:
    """The recipe of one run of the section `wgan`: the shared one with the values that the run
    replaces."""
    own = {name: run[name] for name in wgan["recipe"] if run.get(name) is not None}
    return {**wgan["recipe"], **own}


def settings_of(wgan: dict, run: dict) -> dict:
    """The settings of a training job of one run."""
    return {
        "dim": run["dim"],
        "recipe": recipe_of(wgan, run)
        | {name: run[name] for name in ("steps", "one_sided", "output")},
        "evaluations": wgan["evaluations"],
        "samples": wgan["samples"],
    }


def block_seeds(wgan: dict, run: dict, block: int | str) -> list[int]:
    """The seeds of one of the blocks into which the seeds of a run are cut."""
    return seeds_of(block, min(wgan["seeds_per_job"], run["seeds"]), wgan["first_seed"])


def jobs_of(wgan: dict) -> list[dict]:
    """The training jobs: run, noise dimension and seeds of each, and the `path` of its files
    without their suffix."""
    jobs = []
    for run in wgan["runs"]:
        size = min(wgan["seeds_per_job"], run["seeds"])
        for noise_dim in run["noise_dims"]:
            for block in shards(run["seeds"], size):
                path = f"results/wgan/{run['name']}/noise{noise_dim}/block{block}"
                seeds = block_seeds(wgan, run, block)
                jobs.append(
                    {"run": run["name"], "noise_dim": noise_dim, "seeds": seeds, "path": path}
                )
    return jobs


def shown_noise_dims(run: dict) -> list[int]:
    """The noise dimensions whose samples are drawn: the fewest, and the fewest that suffice."""
    enough = [k for k in run["noise_dims"] if k >= run["dim"]]
    return sorted({min(run["noise_dims"]), *sorted(enough)[:1]})
