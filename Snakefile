# Deep learning for scientists and engineers: the eight tasks, from data to report.
#
#   snakemake --cores 4 all            everything, down to results/report.pdf and .html
#   snakemake results/pca_ae_curve.png one figure and what it needs
#   snakemake check                    fails, with the list, if a claim is not met
#   snakemake benchmark                what takes too long to be done each time

from snakemake.utils import min_version

min_version("9.27")


configfile: Path(workflow.basedir) / "config.yaml"


include: "rules/common.smk"
include: "rules/images.smk"
include: "rules/cnn.smk"  #            task 1
include: "rules/dying_relu.smk"  #     task 2
include: "rules/regularization.smk"  # task 3
include: "rules/initialization.smk"  # task 4
include: "rules/reconstruction.smk"  # task 5
include: "rules/mechanical.smk"  #     task 5, on displacement fields
include: "rules/wgan.smk"  #           tasks 6, 7 and 8
include: "rules/ensemble.smk"  #       what tasks 2 to 4 gain by training together
include: "rules/benchmark.smk"
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
