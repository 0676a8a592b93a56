# Deep learning for scientists and engineers: the eight tasks, from data to report.
#
#   snakemake --cores 4 all             everything, down to results/report.pdf and .html
#   snakemake results/pca_ae_curve.png  one figure and what it needs
#   snakemake check                     lists the claims, and fails if one is not met
#   snakemake benchmark                 our code against reference implementations; takes hours
#   snakemake devices                   the CPU against a GPU

from snakemake.utils import min_version

min_version("9.27")


configfile: Path(workflow.basedir) / "config.yaml"


# In the order of the report. The rules of a study are in rules/<study>.smk, all its other files in
# scripts/<study>/.
STUDIES = [
    "cnn",  #            task 1
    "dying_relu",  #     task 2
    "regularization",  # task 3
    "initialization",  # task 4
    "ensemble",  #       what tasks 2 to 4 gain from training many networks at once
    "reconstruction",  # task 5
    "mechanical",  #     task 5 on displacement fields
    "wgan",  #           tasks 6, 7 and 8
    "benchmark",  #      our code against reference implementations, by `snakemake benchmark`
]


include: "rules/common.smk"
include: "rules/images.smk"


for study in STUDIES:

    include: f"rules/{study}.smk"


include: "rules/autoencoders.smk"
include: "rules/devices.smk"
include: "rules/explore.smk"
include: "rules/report.smk"


# Snakemake 9.27 limits how many jobs start per second. Its limiter adds one wake-up per second for
# every job that has ended, which adds up to hundreds. On one machine the cores are limit enough.
onstart:
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


# Jobs that take seconds, or need the network, have `localrule: True`: they run where Snakemake runs,
# even if a profile sends the other jobs to a cluster.
rule all:
    default_target: True
    input:
        "results/report.pdf",
        "results/report.html",
        "results/explore.html",
        "results/claims.parquet",
        expand("results/{figure}.png", figure=FIGURES),
    localrule: True
