# Deep learning for scientists and engineers: the eight tasks, from data to report.
#
#   snakemake --cores 4 all             everything, down to results/report.pdf and .html
#   snakemake results/pca_ae_curve.png  one figure and what it needs
#   snakemake check                     lists the claims, and fails if one is not met

from snakemake.utils import min_version

min_version("9.27")


# A size other than the default, such as profiles/preview, has a Snakefile of its own, which sets SIZE to
# its folder and includes this one. Its settings change those of config.yaml. What a user gives with
# --configfile or --config changes both.
SIZE = globals().get("SIZE")
ROOT = SIZE.parents[1] if SIZE else Path(workflow.basedir)


configfile: ROOT / "config.yaml"


if SIZE:

    configfile: SIZE / "settings.yaml"


# In the order of the report. The rules of a study are in rules/<study>.smk, all its other files in
# scripts/<study>/.
STUDIES = [
    "cnn",  #            task 1
    "dying_relu",  #     task 2
    "regularization",  # task 3
    "initialization",  # task 4
    "reconstruction",  # task 5
    "mechanical",  #     task 5 on displacement fields
    "wgan",  #           tasks 6, 7 and 8
]


include: "rules/common.smk"
include: "rules/images.smk"


for study in STUDIES:

    include: f"rules/{study}.smk"


include: "rules/autoencoders.smk"
include: "rules/explore.smk"
include: "rules/report.smk"


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
