# Task 4: Xavier's and He's initializations over depth.
# Needs: nothing.
# Makes: results/metrics/initialization*.parquet, results/initialization*.png,
#        results/initialization/.

INITIALIZATION = SETTINGS["initialization"]
INITIALIZATION_TRAINING = {
    name: INITIALIZATION[name] for name in ("width", "initializations", "steps")
}
METRICS += ["initialization", "initialization_curves"]
SECTIONS["initialization"] = {}


wildcard_constraints:
    depth=r"\d+",


rule measure_initialization:
    output:
        "results/initialization/birth.parquet",
    log:
        "logs/measure_initialization.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings={
            "width": INITIALIZATION["width"],
            "depths": INITIALIZATION["depths"],
            "initializations": INITIALIZATION["initializations"],
            "networks": INITIALIZATION["networks_at_birth"],
        },
        device=SETTINGS["device"],
        code=code_of("initialization/measure.py"),
    message:
        "Initialization: measuring moments and gradients before training"
    script:
        "../scripts/initialization/measure.py"


# The learning rates, by other seeds than those that judge.
rule choose_initialization_rates:
    output:
        "results/initialization/depth{depth}/choice.parquet",
    log:
        "logs/choose_initialization_rates/{depth}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings=INITIALIZATION_TRAINING,
        choosing=INITIALIZATION["choosing"],
        device=SETTINGS["device"],
        code=code_of("initialization/choose.py"),
    message:
        "Initialization: choosing the learning rates at depth {wildcards.depth}"
    script:
        "../scripts/initialization/choose.py"


rule train_initialization:
    input:
        "results/initialization/depth{depth}/choice.parquet",
    output:
        "results/initialization/depth{depth}/block{block}.parquet",
    log:
        "logs/train_initialization/{depth}_{block}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings=INITIALIZATION_TRAINING,
        seeds=lambda wildcards: seeds_of(
            wildcards.block,
            INITIALIZATION["seeds_per_job"],
            INITIALIZATION["first_seed"],
        ),
        device=SETTINGS["device"],
        code=code_of("initialization/train.py"),
    message:
        "Initialization: training depth {wildcards.depth}, block {wildcards.block} of seeds"
    script:
        "../scripts/initialization/train.py"


rule evaluate_initialization:
    input:
        expand(
            "results/initialization/depth{depth}/block{block}.parquet",
            depth=INITIALIZATION["depths"],
            block=shards(INITIALIZATION["seeds"], INITIALIZATION["seeds_per_job"]),
        ),
        expand(
            "results/initialization/depth{depth}/choice.parquet",
            depth=INITIALIZATION["depths"],
        ),
        "results/initialization/birth.parquet",
    output:
        metrics="results/metrics/initialization.parquet",
        curves="results/metrics/initialization_curves.parquet",
    log:
        "logs/evaluate_initialization.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "Initialization: gathering errors and curves"
    script:
        "../scripts/dlse/results/gather.py"


rule plot_initialization:
    input:
        metrics="results/metrics/initialization.parquet",
    output:
        **figure(
            "initialization",
            "initialization",
            "Task 4: initialization",
            "error over depth",
        ),
    log:
        "logs/plot_initialization.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("initialization/figures.py"),
    script:
        "../scripts/initialization/figures.py"


use rule plot_initialization as plot_initialization_curves with:
    input:
        curves="results/metrics/initialization_curves.parquet",
    output:
        **figure(
            "initialization",
            "initialization_curves",
            "Task 4: initialization",
            "training curves",
        ),
    log:
        "logs/plot_initialization_curves.log",


use rule plot_initialization as plot_initialization_theory with:
    output:
        **figure(
            "initialization",
            "initialization_theory",
            "Task 4: initialization",
            "before training",
        ),
    log:
        "logs/plot_initialization_theory.log",
