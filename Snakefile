# Deep learning for scientists and engineers: the eight tasks, from data to report.
#
#   snakemake --cores 4 all            everything, down to results/report.pdf and .html
#   snakemake results/pca_ae_curve.png one figure and what it needs
#   snakemake check                    fails, with the list, if a claim is not met
#   snakemake benchmark                what takes too long to be done each time

from snakemake.utils import min_version

min_version("9.27")


configfile: Path(workflow.basedir) / "config.yaml"


# In the order of the report. The rules of a study are rules/<study>.smk, all the rest of it lies in
# scripts/<study>/.
STUDIES = [
    "cnn",  #            task 1
    "dying_relu",  #     task 2
    "regularization",  # task 3
    "initialization",  # task 4
    "ensemble",  #       what tasks 2 to 4 gain by training many networks at once
    "reconstruction",  # task 5
    "mechanical",  #     task 5 on displacement fields
    "wgan",  #           tasks 6, 7 and 8
    "benchmark",  #      our code against reference implementations: `snakemake benchmark`
]


include: "rules/common.smk"
include: "rules/images.smk"


for study in STUDIES:

    include: f"rules/{study}.smk"


include: "rules/report.smk"


# Snakemake 9.27 limits how many jobs start in a second, and for that wakes once a second for each
# job that has ended, hundreds of times a second at last. On one machine the cores are limit enough.
onstart:
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


# Here and in the files of rules: what takes seconds, or the network, runs where Snakemake runs,
# even where a profile sends the other jobs to a cluster.
localrules:
    all,


rule all:
    default_target: True
    input:
        "results/report.pdf",
        "results/report.html",
        "results/claims.parquet",
        expand("results/{figure}.png", figure=FIGURES),
