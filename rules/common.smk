# What all rules share: the validated settings, and helpers.
# Nothing here imports torch or pandas, so that a dry run stays fast.

import fcntl
import os
import shutil
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

SCRIPTS = ROOT / "scripts"
sys.path.insert(0, str(SCRIPTS))

from dlse.workflow import fingerprint as dlse_fingerprint
from dlse.workflow.config import validate
from dlse.workflow.errors import UserError
from dlse.workflow.inherited import hand_down
from dlse.workflow.shards import seeds_of, shards

# The jobs import this checkout's modules, too, whichever checkout is installed.
hand_down(SCRIPTS)

try:
    SETTINGS = validate(config, STUDIES).model_dump()
except UserError as error:
    raise WorkflowError(str(error)) from None

try:
    Path(".snakemake").mkdir(exist_ok=True)  # as Snakemake does next, in more words
except OSError as error:
    raise WorkflowError(
        f"{Path.cwd()} cannot be written ({error.strerror}); work in another folder with "
        "`--directory`, or get permission to write in this one."
    ) from None

# Jobs may run in a conda environment with these versions; then they are not installed here.
PINNED = ROOT / "envs/requirements.lock"


def hold_folder():
    """Refuse this run if another one is at work in the same folder. In the place of Snakemake's own
    locks (`nolock` in profiles/default), which a killed run leaves behind: the system drops this
    one with the process."""
    lock = os.open(".snakemake/run.lock", os.O_WRONLY | os.O_CREAT)  # stays open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkflowError(
            f"another run is at work in {Path.cwd()}; wait until it has ended, or give this one a "
            "folder of its own with `--directory`."
        ) from None


# Not for dry runs, nor for the jobs, which read these files, too.
onstart:
    hold_folder()
    for sentence in dlse_fingerprint.other_versions(PINNED):
        logger.warning(f"Warning: {sentence}")


# The GPUs that a job requests whose training or evaluation can run on one. It has the param `device`.
# "auto" requests one if this machine has a GPU that this build of PyTorch can use.
GPUS = int(
    SETTINGS["device"] == "cuda"
    or SETTINGS["device"] == "auto"
    and shutil.which("nvidia-smi") is not None
    and not dlse_fingerprint.package_version("torch", PINNED).endswith("cpu")
)


resource_scopes:
    gpu="local",  # the limit in profiles/default is for this machine's GPUs, not a cluster's


# The wildcards that several studies use.
wildcard_constraints:
    block=r"\d+",
    latent_dim=r"\d+",
    seed=r"\d+",


def per_attempt(amount):
    """What a job requests from a cluster, in MB or minutes: `amount`, and as much again for each
    further attempt."""
    return lambda wildcards, attempt: amount * attempt


# The normalized images, as inputs of the jobs that read them.
IMAGES = {
    "images": "data/processed/images.npy",
    "labels": "data/processed/labels.npy",
    "about": "data/processed/images.json",
}


# The rules of the studies add to these:
# the names of all figures (`figure` adds them);
FIGURES = []
# the tables in results/metrics/ that become part of results/metrics.parquet;
METRICS = []
# each study with a section in the report, and the further tables that its facts need, by name:
# paths;
SECTIONS = {}
# each study with a panel in the overview: the files, by name, and the further arguments of the
# function that draws it, `overview` in its figures.py;
OVERVIEW = {}
# what the page to play with shows: by the name of an exhibit, its files and its settings, by name;
EXHIBITS = {}
# what PCA and autoencoders are fitted to, by the name of its metrics: see rules/autoencoders.smk.
COMPRESSED = {}


def code_of(script, *files, without=()):
    """A fingerprint, for `params`, of the meaning of `script`, of the project's modules that it
    imports and of further `files` in scripts/ that it reads, with the versions of the packages that
    compute. The modules `without` cannot change the results and do not count."""
    return dlse_fingerprint.fingerprint(
        SCRIPTS, SCRIPTS / script, files, PINNED, without
    )


def figure(study, name, category, subject):
    """What `plot_<name>` writes: a PNG with its caption from the study's captions.rst, and an SVG
    for the report."""
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
