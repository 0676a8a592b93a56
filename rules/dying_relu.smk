# Task 2: the dying ReLU on the Runge function.
# Needs: nothing.
# Makes: results/metrics/dying_relu.parquet, results/dying_relu*.png, results/dying_relu/.

DYING_RELU = SETTINGS["dying_relu"]
DYING_RELU_VARIANTS = {variant["name"]: variant for variant in DYING_RELU["variants"]}
# What a variant's networks are, and what they learn.
DYING_RELU_NETWORKS = {
    name: {key: of for key, of in variant.items() if key not in ("name", "networks")}
    for name, variant in DYING_RELU_VARIANTS.items()
}
DYING_RELU_PER_JOB = {
    name: min(variant["networks"], DYING_RELU["networks_per_job"])
    for name, variant in DYING_RELU_VARIANTS.items()
}
DYING_RELU_BLOCKS = {
    name: shards(variant["networks"], DYING_RELU_PER_JOB[name])
    for name, variant in DYING_RELU_VARIANTS.items()
}
METRICS += ["dying_relu"]
SECTIONS["dying_relu"] = {}
DYING_RELU_FUNCTIONS = expand(  # of the variant that is shown
    "results/dying_relu/{variant}/block{block}.npy",
    variant=DYING_RELU["shown"],
    block=DYING_RELU_BLOCKS[DYING_RELU["shown"]],
)
OVERVIEW["dying_relu"] = {
    "files": {
        "metrics": "results/metrics/dying_relu.parquet",
        "functions": DYING_RELU_FUNCTIONS,
    },
    "shown": DYING_RELU["shown"],
}
EXHIBITS["relu"] = {
    "files": {"birth": "results/dying_relu/birth.parquet"},
    "settings": {"schedule": DYING_RELU["schedule"]},
}


wildcard_constraints:
    variant=r"\w+",


rule train_dying_relu:
    output:
        metrics="results/dying_relu/{variant}/block{block}.parquet",
        functions="results/dying_relu/{variant}/block{block}.npy",
    log:
        "logs/train_dying_relu/{variant}_{block}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings=lambda wildcards: DYING_RELU_NETWORKS[wildcards.variant],
        schedule=DYING_RELU["schedule"],
        seeds=lambda wildcards: seeds_of(
            wildcards.block, DYING_RELU_PER_JOB[wildcards.variant]
        ),
        device=SETTINGS["device"],
        code=code_of("dying_relu/train.py"),
    message:
        "Dying ReLU: training {wildcards.variant}, block {wildcards.block}"
    script:
        "../scripts/dying_relu/train.py"


rule count_born_dead:
    output:
        "results/dying_relu/birth.parquet",
    log:
        "logs/count_born_dead.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings=DYING_RELU["birth"],
        device=SETTINGS["device"],
        code=code_of("dying_relu/count_born_dead.py"),
    message:
        "Dying ReLU: counting the networks that are born dead"
    script:
        "../scripts/dying_relu/count_born_dead.py"


rule evaluate_dying_relu:
    input:
        [
            f"results/dying_relu/{variant}/block{block}.parquet"
            for variant, blocks in DYING_RELU_BLOCKS.items()
            for block in blocks
        ],
        "results/dying_relu/birth.parquet",
    output:
        metrics="results/metrics/dying_relu.parquet",
    log:
        "logs/evaluate_dying_relu.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "Dying ReLU: gathering the results of all networks"
    script:
        "../scripts/dlse/results/gather.py"


rule plot_dying_relu_birth:
    input:
        metrics="results/metrics/dying_relu.parquet",
    output:
        **figure(
            "dying_relu",
            "dying_relu_birth",
            "Task 2: dying ReLU",
            "probability at birth",
        ),
    log:
        "logs/plot_dying_relu_birth.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dying_relu/figures.py"),
    script:
        "../scripts/dying_relu/figures.py"


use rule plot_dying_relu_birth as plot_dying_relu with:
    input:
        metrics="results/metrics/dying_relu.parquet",
        functions=DYING_RELU_FUNCTIONS,
    output:
        **figure(
            "dying_relu", "dying_relu", "Task 2: dying ReLU", "outcomes of training"
        ),
    log:
        "logs/plot_dying_relu.log",
    params:
        shown=DYING_RELU["shown"],


use rule plot_dying_relu_birth as plot_dying_relu_remedies with:
    output:
        **figure("dying_relu", "dying_relu_remedies", "Task 2: dying ReLU", "remedies"),
    log:
        "logs/plot_dying_relu_remedies.log",
    params:
        shown=DYING_RELU["shown"],
