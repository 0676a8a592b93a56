# Task 3: L1, L2 and dropout on the oscillatory function.
# Needs: nothing.
# Makes: results/metrics/regularization*.parquet, results/regularization*.png,
#        results/regularization/.

from dlse.studies.regularization.planning import ablations_of, choices_of, variants_of

REGULARIZATION = SETTINGS["regularization"]
REGULARIZATION_VARIANTS = variants_of(REGULARIZATION)
REGULARIZATION_CHOICES = choices_of(REGULARIZATION)
REGULARIZATION_ABLATIONS = ablations_of(REGULARIZATION)
REGULARIZATION_PER_JOB = REGULARIZATION["noise_seeds_per_job"]
REGULARIZATION_BLOCKS = shards(REGULARIZATION["noise_seeds"], REGULARIZATION_PER_JOB)
METRICS += ["regularization", "regularization_jump"]
METRICS += ["regularization_ablation"] if REGULARIZATION_ABLATIONS else []
SECTIONS["regularization"] = {}


wildcard_constraints:
    regularized="|".join(REGULARIZATION_VARIANTS),
    recipe="|".join(REGULARIZATION_CHOICES),
    ablation=r"\w+",


# The strengths of all methods with one recipe, by other noise seeds than those that judge.
rule choose_regularization:
    output:
        "results/regularization/choice/{recipe}.parquet",
    log:
        "logs/choose_regularization/{recipe}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        recipe=lambda wildcards: REGULARIZATION_CHOICES[wildcards.recipe]["recipe"],
        strengths=lambda wildcards: REGULARIZATION_CHOICES[wildcards.recipe][
            "strengths"
        ],
        choosing=REGULARIZATION["choosing"],
        device=SETTINGS["device"],
        code=code_of("regularization/choose.py"),
    message:
        "Regularization: choosing the strengths with the recipe {wildcards.recipe}"
    script:
        "../scripts/regularization/choose.py"


rule train_regularized:
    input:
        lambda wildcards: "results/regularization/choice/{}.parquet".format(
            wildcards.regularized.split("_")[1]
        ),
    output:
        metrics="results/regularization/{regularized}/block{block}.parquet",
        functions="results/regularization/{regularized}/block{block}.npy",
    log:
        "logs/train_regularized/{regularized}_{block}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        study="regularization",
        variant="{regularized}",
        recipe=lambda wildcards: REGULARIZATION_VARIANTS[wildcards.regularized][
            "recipe"
        ],
        method=lambda wildcards: REGULARIZATION_VARIANTS[wildcards.regularized][
            "method"
        ],
        noise_seeds=lambda wildcards: seeds_of(
            wildcards.block, REGULARIZATION_PER_JOB, REGULARIZATION["first_noise_seed"]
        ),
        initializations=REGULARIZATION["initializations"],
        device=SETTINGS["device"],
        code=code_of("regularization/train.py"),
    message:
        "Regularization: training {wildcards.regularized}, block {wildcards.block} of noise seeds"
    script:
        "../scripts/regularization/train.py"


rule train_ablation:
    output:
        metrics="results/regularization/ablations/{ablation}/block{block}.parquet",
        functions="results/regularization/ablations/{ablation}/block{block}.npy",
    log:
        "logs/train_ablation/{ablation}_{block}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        study="regularization_ablation",
        variant="{ablation}",
        recipe=lambda wildcards: REGULARIZATION_ABLATIONS[wildcards.ablation],
        method="none",
        noise_seeds=lambda wildcards: seeds_of(
            wildcards.block, REGULARIZATION_PER_JOB, REGULARIZATION["first_noise_seed"]
        ),
        initializations=1,
        device=SETTINGS["device"],
        code=code_of("regularization/train.py"),
    message:
        "Regularization: ablation {wildcards.ablation}, block {wildcards.block} of noise seeds"
    script:
        "../scripts/regularization/train.py"


rule evaluate_regularization:
    input:
        expand(
            "results/regularization/{regularized}/block{block}.parquet",
            regularized=REGULARIZATION_VARIANTS,
            block=REGULARIZATION_BLOCKS,
        ),
        expand(
            "results/regularization/choice/{recipe}.parquet",
            recipe=REGULARIZATION_CHOICES,
        ),
        "results/regularization/interpolation.parquet",
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


if REGULARIZATION_ABLATIONS:

    use rule evaluate_regularization as evaluate_regularization_ablation with:
        input:
            expand(
                "results/regularization/ablations/{ablation}/block{block}.parquet",
                ablation=REGULARIZATION_ABLATIONS,
                block=REGULARIZATION_BLOCKS,
            ),
        output:
            metrics="results/metrics/regularization_ablation.parquet",
        log:
            "logs/evaluate_regularization_ablation.log",
        message:
            "Regularization: gathering the ablations"


rule move_jump:
    input:
        **{
            regularized: expand(
                f"results/regularization/{regularized}/block{{block}}.npy",
                block=REGULARIZATION_BLOCKS,
            )
            for regularized in REGULARIZATION_VARIANTS
        },
    output:
        jump="results/metrics/regularization_jump.parquet",
        interpolated="results/regularization/interpolation.parquet",
    log:
        "logs/move_jump.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        noise_seeds=seeds_of(
            0, REGULARIZATION["noise_seeds"], REGULARIZATION["first_noise_seed"]
        ),
        code=code_of("regularization/move_jump.py"),
    message:
        "Regularization: the errors with the jump elsewhere in its cell"
    script:
        "../scripts/regularization/move_jump.py"


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
            "results/regularization/{regularized}/block0.npy",
            regularized=REGULARIZATION_VARIANTS,
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
        variants=list(REGULARIZATION_VARIANTS),
        noise_seeds=seeds_of(
            0, REGULARIZATION_PER_JOB, REGULARIZATION["first_noise_seed"]
        ),


use rule plot_regularization as plot_regularization_choice with:
    input:
        metrics="results/metrics/regularization.parquet",
    output:
        **figure(
            "regularization",
            "regularization_choice",
            "Task 3: regularization",
            "choice of strength",
        ),
    log:
        "logs/plot_regularization_choice.log",


use rule plot_regularization as plot_regularization_jump with:
    input:
        metrics="results/metrics/regularization_jump.parquet",
    output:
        **figure(
            "regularization",
            "regularization_jump",
            "Task 3: regularization",
            "place of the jump",
        ),
    log:
        "logs/plot_regularization_jump.log",
