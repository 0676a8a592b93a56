"""Which jobs follow from the settings of the WGAN-GP, for the rules."""

from dlse.workflow.shards import seeds_of, shards


def settings_of(wgan: dict, run: dict) -> dict:
    """What a training job of one run of the section `wgan` is given."""
    names = (*wgan["recipe"], "steps", "one_sided", "bounded")
    own = {name: run[name] for name in names if run.get(name) is not None}
    return {
        "dim": run["dim"],
        "recipe": {**wgan["recipe"], **own},
        "evaluations": wgan["evaluations"],
        "samples": wgan["measure"]["samples"],
    }


def jobs_of(wgan: dict, run: dict) -> dict[str, dict]:
    """The training jobs of one run: the noise dimension and the seeds, by the path that begins
    the names of their files."""
    size = min(wgan["seeds_per_job"], run["seeds"])
    return {
        f"results/wgan/{run['name']}/noise{noise_dim}/block{block}": {
            "noise_dim": noise_dim,
            "seeds": seeds_of(block, size),
        }
        for noise_dim in run["noise_dims"]
        for block in shards(run["seeds"], size)
    }


def shown_noise_dims(run: dict) -> list[int]:
    """The fewest noise dimensions, the most below the dimension, and the fewest that suffice."""
    below = [k for k in run["noise_dims"] if k < run["dim"]]
    enough = [k for k in run["noise_dims"] if k >= run["dim"]]
    return sorted({*below[:1], *below[-1:], *enough[:1]})
