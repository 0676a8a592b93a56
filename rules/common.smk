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
# This checkout's modules come first, here and in the jobs, whichever checkout is installed.
sys.path.insert(0, str(SCRIPTS))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(SCRIPTS), os.environ.get("PYTHONPATH")])
)

from dlse.workflow import fingerprint as dlse_fingerprint
from dlse.workflow import run_lock as dlse_run_lock
from dlse.workflow.config import validate
from dlse.workflow.errors import UserError
from dlse.workflow.gpus import gpus_for
from dlse.images.file_names import local_files

try:
    SETTINGS = validate(config, STUDIES).model_dump()
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

# What the files of the studies add as they are read:
# the name of every figure, by `figure`,
FIGURES = []
# the tables in results/metrics/ that become part of results/metrics.parquet,
METRICS = []
# and, for the facts of a study's section of the report, further tables by their names: paths, or
# what `shown_table` found. A study without a section is not in here.
SECTIONS = {}


def code_of(script, *files, without=()):
    """A fingerprint, for `params`, of the meaning of `script`, of the modules of the project that
    it imports and of other `files` in scripts/ that it reads, with the versions of the packages
    that compute. Modules `without` effect on its results do not count."""
    return dlse_fingerprint.fingerprint(
        SCRIPTS, SCRIPTS / script, files, PINNED, without
    )


def figure(study, name, category, subject):
    """What the rule `plot_<name>` puts out: a PNG for the eye, with its caption from the study's
    captions.rst, and an SVG for the report."""
    FIGURES.append(name)
    return {
        "png": report(
            f"results/{name}.png",
            caption=f"../scripts/{study}/captions.rst",
            category=category,
            labels={"figure": subject},
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


def shown_table(study, name):
    """For `params`: a table of `snakemake benchmark` that figures and the report show, by path and
    content: the one that was measured here, else the one that is recorded with the study; with
    None for a path where there is neither. As an input it would have `all` measure anew, for
    hours, whatever setting or module changes.
    """
    measured = Path("results") / name
    recorded = SCRIPTS / study / "recorded" / Path(name).name
    for path in (measured, recorded):
        if path.exists():
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            # A relative path is the same in every clone.
            return {"path": os.path.relpath(path), "sha256": sha256}
    return {"path": None, "sha256": None}
