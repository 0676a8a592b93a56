# Shared by the files beside this one. It holds the validated settings, and helpers.
# Neither torch nor pandas is imported here: a dry run stays fast.

import hashlib
import itertools
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

SCRIPTS = Path(workflow.basedir) / "scripts"
sys.path.insert(0, str(SCRIPTS))

from dlse.workflow import config as dlse_config
from dlse.workflow import fingerprint as dlse_fingerprint
from dlse.workflow import run_lock as dlse_run_lock
from dlse.workflow.errors import UserError
from dlse.workflow.gpus import gpus_for
from dlse.images.file_names import local_files

try:
    SETTINGS = dlse_config.validate(config).model_dump()
    if workflow.is_main_process:  # the jobs that it starts read this file, too
        # Held as long as this process lives.
        RUN_LOCK = dlse_run_lock.hold_run(Path(".snakemake"))
except UserError as error:
    raise WorkflowError(str(error)) from None

# Where jobs run in an environment that is made from it, their packages are not installed here.
PINNED = Path(workflow.basedir) / "envs/requirements.lock"
if workflow.is_main_process:
    for sentence in dlse_fingerprint.other_versions(PINNED):
        logger.warning(f"Warning: {sentence}")


GPUS = gpus_for(SETTINGS["device"], dlse_fingerprint.package_version("torch", PINNED))


resource_scopes:
    gpu="local",  # profiles/default limits the jobs on this machine's GPUs, not a cluster's


# Wildcards that several studies use.
wildcard_constraints:
    block=r"\d+",
    latent_dim=r"\d+",
    seed=r"\d+",


def per_attempt(amount):
    """What a job asks of a cluster beyond the default (MB, minutes): as much again at each new
    attempt."""
    return lambda wildcards, attempt: amount * attempt


# The normalized images, as inputs of whatever reads them.
IMAGES = {
    "images": "data/processed/images.npy",
    "labels": "data/processed/labels.npy",
    "about": "data/processed/images.json",
}


# Displacement fields of blocks whose stiffness is an image.
FIELDS = {
    "fields": "data/processed/fields.npy",
    "bitmaps": "data/processed/bitmaps.npy",
    "about": "data/processed/fields.json",
    "about_bitmaps": "data/processed/bitmaps.json",
}

# The name of every figure, filled by `figure` as those files are read.
FIGURES = []


def code_of(script, *files, without=()):
    """A fingerprint, for `params`, of the meaning of `script`, of the modules of the project that
    it imports and of other `files` in scripts/ that it reads, with the versions of the packages
    that compute. Modules `without` effect on its results do not count."""
    return dlse_fingerprint.fingerprint(
        SCRIPTS, SCRIPTS / script, files, PINNED, without
    )


def figure(name, category, subject):
    """What a rule that draws puts out, a PNG for the eye and an SVG for the report."""
    FIGURES.append(name)
    caption = f"../scripts/report/captions/{name}.rst"
    labels = {"figure": subject}
    return {
        "png": report(
            f"results/{name}.png", caption=caption, category=category, labels=labels
        ),
        "svg": f"results/figures/{name}.svg",
    }


def blocks(count, size):
    """The numbers of the jobs that hold `count` seeds, `size` each."""
    return range(count // size)


def seeds_of(block, size, first=0):
    """The seeds of one of those jobs; they begin with `first`."""
    start = first + int(block) * size
    return list(range(start, start + size))


def wgan_settings(wgan, run):
    """What a training job of one run of the section `wgan` is given."""
    names = (*wgan["recipe"], "steps", "one_sided", "bounded")
    own = {name: run[name] for name in names if run.get(name) is not None}
    return {
        "dim": run["dim"],
        "recipe": {**wgan["recipe"], **own},
        "evaluations": wgan["evaluations"],
        "samples": wgan["measure"]["samples"],
    }


def wgan_jobs(wgan, run):
    """The training jobs of one run: the noise dimension and the seeds, by the path that begins
    the names of their files."""
    size = min(wgan["seeds_per_job"], run["seeds"])
    return {
        f"results/wgan/{run['name']}/noise{noise_dim}/block{block}": {
            "noise_dim": noise_dim,
            "seeds": seeds_of(block, size),
        }
        for noise_dim in run["noise_dims"]
        for block in blocks(run["seeds"], size)
    }


def shown_noise_dims(run):
    """The fewest noise dimensions, the most below the dimension, and the fewest that suffice."""
    below = [k for k in run["noise_dims"] if k < run["dim"]]
    enough = [k for k in run["noise_dims"] if k >= run["dim"]]
    return sorted({*below[:1], *below[-1:], *enough[:1]})


def shown_table(name):
    """For `params`: a table of `snakemake benchmark` that figures and the report show, by path and
    content: the one that was measured here, else the one that is recorded with the workflow; with
    None for a path where there is neither. As an input it would have `all` measure anew, for
    hours, whatever setting or module changes.
    """
    measured = Path("results") / name
    recorded = SCRIPTS / "report/recorded" / Path(name).name
    for path in (measured, recorded):
        if path.exists():
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            # A relative path is the same in every clone.
            return {"path": os.path.relpath(path), "sha256": sha256}
    return {"path": None, "sha256": None}


def combinations(base, grid):
    """`base` with every combination of the values in `grid`, by a name that tells them apart."""
    varied = {name: values for name, values in grid.items() if values}
    named = {}
    for values in itertools.product(*varied.values()):
        setting = dict(zip(varied, values))
        name = "-".join(f"{key}_{value}" for key, value in setting.items()) or "base"
        named[name] = {**base, **setting}
    return named


def local_image_files(data):
    """The image files that are there already; a change of them, or a new one, is noticed.

    `data` is the section of the config.
    """
    match data["dataset"]:
        case "digits":
            folders = []
        case "auto" | "mnist":
            folders = ["data/raw", *data["sources"]]
        case folder:
            folders = [folder]
    local = [Path(folder) for folder in folders if "://" not in folder]
    return [str(path) for folder in local for path in local_files(folder)]


def local_references(folder):
    """The published values of Mechanical MNIST in `folder`, those that are there."""
    return sorted(str(path) for path in Path(folder).glob("*.txt"))


def published_files(source):
    """The files of Mechanical MNIST in the folder `source`; what is downloaded is no input."""
    if source == "published":
        return []
    found = (Path(source).rglob(pattern) for pattern in ("*.txt", "*.zip"))
    return sorted(str(path) for paths in found for path in paths)
