# Task 3: L1, L2 and dropout on the oscillatory function.
# Needs: nothing.
# Makes: results/metrics/regularization*.parquet, results/regularization*.png,
#        results/regularization/.

REGULARIZATION = SETTINGS["regularization"]
# A method that is null in the config is left out.
REGULARIZATION_METHODS = {
    name: method
    for name, method in REGULARIZATION["methods"].items()
    if method is not None
}
REGULARIZATION_PER_JOB = REGULARIZATION["noise_seeds_per_job"]
REGULARIZATION_BLOCKS = shards(REGULARIZATION["noise_seeds"], REGULARIZATION_PER_JOB)
METRICS += ["regularization"]
SECTIONS["regularization"] = {"choice": "results/metrics/regularization_choice.parquet"}


wildcard_constraints:
    method="|".join(REGULARIZATION_METHODS),


rule choose_regularization:
    output:
        choice="results/regularization/{method}/choice.parquet",
        metrics="results/regularization/{method}/choice_cost.parquet",
    log:
        "logs/choose_regularization/{method}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings=lambda wildcards: REGULARIZATION_METHODS[wildcards.method],
        choosing=REGULARIZATION["choosing"],
        device=SETTINGS["device"],
        code=code_of("regularization/choose.py"),
    message:
        "Regularization: choosing the strength of {wildcards.method}"
    script:
        "../scripts/regularization/choose.py"


rule train_regularized:
    input:
        "results/regularization/{method}/choice.parquet",
    output:
        metrics="results/regularization/{method}/block{block}.parquet",
        functions="results/regularization/{method}/block{block}.npy",
    log:
        "logs/train_regularized/{method}_{block}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        noise_seeds=lambda wildcards: seeds_of(
            wildcards.block, REGULARIZATION_PER_JOB, REGULARIZATION["first_noise_seed"]
        ),
        initializations=REGULARIZATION["initializations"],
        device=SETTINGS["device"],
        code=code_of("regularization/train.py"),
    message:
        "Regularization: training {wildcards.method}, block {wildcards.block} of noise seeds"
    script:
        "../scripts/regularization/train.py"


rule fit_peers:
    output:
        "results/regularization/peers/block{block}.parquet",
    log:
        "logs/fit_peers/{block}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        noise_seeds=lambda wildcards: seeds_of(
            wildcards.block, REGULARIZATION_PER_JOB, REGULARIZATION["first_noise_seed"]
        ),
        code=code_of("regularization/fit_peers.py"),
    message:
        "Regularization: reference methods, block {wildcards.block} of noise seeds"
    script:
        "../scripts/regularization/fit_peers.py"


rule evaluate_regularization:
    input:
        expand(
            "results/regularization/{method}/block{block}.parquet",
            method=[*REGULARIZATION_METHODS, "peers"],
            block=REGULARIZATION_BLOCKS,
        ),
        expand(
            "results/regularization/{method}/choice_cost.parquet",
            method=REGULARIZATION_METHODS,
        ),
    output:
        metrics="results/metrics/regularization.parquet",
    log:
        "logs/evaluate_regularization.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "Regularization: gathering the errors"
    script:
        "../scripts/dlse/results/gather.py"


rule evaluate_regularization_choice:
    input:
        expand(
            "results/regularization/{method}/choice.parquet",
            method=REGULARIZATION_METHODS,
        ),
    output:
        metrics="results/metrics/regularization_choice.parquet",
    log:
        "logs/evaluate_regularization_choice.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "Regularization: gathering the held-out errors"
    script:
        "../scripts/dlse/results/gather.py"


rule plot_regularization:
    input:
        metrics="results/metrics/regularization.parquet",
    output:
        **figure(
            "regularization", "regularization", "Task 3: regularization", "test errors"
        ),
    log:
        "logs/plot_regularization.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("regularization/figures.py"),
    script:
        "../scripts/regularization/figures.py"


use rule plot_regularization as plot_regularization_fits with:
    input:
        metrics="results/metrics/regularization.parquet",
        functions=expand(
            "results/regularization/{method}/block0.npy",
            method=REGULARIZATION_METHODS,
        ),
    output:
        **figure(
            "regularization",
            "regularization_fits",
            "Task 3: regularization",
            "fitted functions",
        ),
    log:
        "logs/plot_regularization_fits.log",
    params:
        methods=list(REGULARIZATION_METHODS),
        noise_seeds=seeds_of(
            0, REGULARIZATION_PER_JOB, REGULARIZATION["first_noise_seed"]
        ),


use rule plot_regularization as plot_regularization_choice with:
    input:
        choice="results/metrics/regularization_choice.parquet",
    output:
        **figure(
            "regularization",
            "regularization_choice",
            "Task 3: regularization",
            "choice of strength",
        ),
    log:
        "logs/plot_regularization_choice.log",
