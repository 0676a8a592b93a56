# Task 1: a CNN on MNIST.
# Needs: the normalized images.
# Makes: results/metrics/cnn*.parquet, results/cnn_*.png, results/cnn/seed*/model.safetensors;
#        by `snakemake long`, results/long/cnn.parquet and results/long/cnn/.

from dlse.studies.cnn.planning import combinations

CNN = SETTINGS["cnn"]
CNN_RUNGS = CNN["search"]["rungs"]
# Each rung sets the epochs of its trials.
CNN_HYPERPARAMETERS = {
    name: value for name, value in CNN["model"].items() if name != "epochs"
}
# The search tries every combination in rung 0, then the best of each rung in the next one.
CNN_TRIALS = combinations(CNN_HYPERPARAMETERS, CNN["search"]["grid"])
# The long trainings take from `model` what they do not replace, and nothing from the search.
CNN_LONG = CNN["long"]
CNN_LONG_RECIPE = {
    name: value if CNN_LONG[name] is None else CNN_LONG[name]
    for name, value in CNN["model"].items()
}
LONG += ["cnn"]
METRICS += ["cnn", "cnn_curves", "cnn_long"]
SECTIONS["cnn"] = {
    "search": "results/metrics/cnn_search.parquet",
    "predictions": "results/metrics/cnn_predictions.parquet",
    "long": shown_table("cnn", "long/cnn.parquet"),
}

OVERVIEW["cnn"] = {"files": {"curves": "results/metrics/cnn_curves.parquet"}}
EXHIBITS["digit"] = {
    "files": {
        "model": "results/cnn/seed{seed}/model.safetensors".format(seed=CNN["seeds"][0])
    },
    "settings": {},
}


wildcard_constraints:
    rung=r"\d+",
    rank=r"\d+",
    without=r"\w+",


rule search_cnn:
    input:
        **IMAGES,
    output:
        "results/cnn/search/rung0/{trial}.parquet",
    log:
        "logs/search_cnn/{trial}.log",
    priority: 1  # the longest chain of jobs: started early, it does not end last
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(1500),
        gpu=GPUS,
    params:
        settings=lambda wildcards: CNN_TRIALS[wildcards.trial],
        without="",
        rung=CNN_RUNGS[0],
        number=0,
        validation_fraction=CNN["search"]["validation_fraction"],
        seed=CNN["search"]["seed"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("cnn/search.py"),
    message:
        "CNN search: {wildcards.trial}"
    script:
        "../scripts/cnn/search.py"


use rule search_cnn as search_cnn_further with:
    input:
        **IMAGES,
        ranking=lambda wildcards: f"results/cnn/search/ranking{int(wildcards.rung) - 1}.parquet",
    output:
        "results/cnn/search/rung{rung}/rank{rank}.parquet",
    log:
        "logs/search_cnn/rung{rung}_rank{rank}.log",
    params:
        settings=None,  # those at place `rank` of the ranking
        rank=lambda wildcards: wildcards.rank,
        rung=lambda wildcards: CNN_RUNGS[int(wildcards.rung)],
        number=lambda wildcards: int(wildcards.rung),
    message:
        "CNN search: rung {wildcards.rung}, place {wildcards.rank} of the rung before"


rule rank_cnn:
    input:
        lambda wildcards: (
            expand(
                "results/cnn/search/rung{rung}/rank{rank}.parquet",
                rung=wildcards.rung,
                rank=range(
                    min(CNN_RUNGS[int(wildcards.rung) - 1]["keep"], len(CNN_TRIALS))
                ),
            )
            if int(wildcards.rung)
            else expand("results/cnn/search/rung0/{trial}.parquet", trial=CNN_TRIALS)
        ),
    output:
        "results/cnn/search/ranking{rung}.parquet",
    log:
        "logs/rank_cnn/{rung}.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("cnn/rank.py"),
    message:
        "CNN search: ranking rung {wildcards.rung}"
    script:
        "../scripts/cnn/rank.py"


use rule search_cnn as ablate_cnn with:
    input:
        **IMAGES,
        ranking=f"results/cnn/search/ranking{len(CNN_RUNGS) - 1}.parquet",
    output:
        "results/cnn/ablation/without_{without}.parquet",
    log:
        "logs/ablate_cnn/{without}.log",
    params:
        settings=None,
        rank=0,
        without=lambda wildcards: wildcards.without,
        rung=CNN_RUNGS[-1],
        number=len(CNN_RUNGS) - 1,
    message:
        "CNN: the chosen recipe without {wildcards.without}"


rule train_cnn:
    input:
        **IMAGES,
        ranking=f"results/cnn/search/ranking{len(CNN_RUNGS) - 1}.parquet",
    output:
        model="results/cnn/seed{seed}/model.safetensors",
        metrics="results/cnn/seed{seed}/training.parquet",
    log:
        "logs/train_cnn/{seed}.log",
    priority: 1
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(1500),
        gpu=GPUS,
    params:
        epochs=CNN["model"]["epochs"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("cnn/train.py"),
    message:
        "CNN: seed {wildcards.seed}"
    script:
        "../scripts/cnn/train.py"


rule evaluate_cnn:
    input:
        **IMAGES,
        models=expand("results/cnn/seed{seed}/model.safetensors", seed=CNN["seeds"]),
        trainings=expand("results/cnn/seed{seed}/training.parquet", seed=CNN["seeds"]),
        rankings=expand(
            "results/cnn/search/ranking{rung}.parquet", rung=range(len(CNN_RUNGS))
        ),
        ablations=expand(
            "results/cnn/ablation/without_{without}.parquet", without=CNN["ablation"]
        ),
    output:
        metrics="results/metrics/cnn.parquet",
        curves="results/metrics/cnn_curves.parquet",
        search="results/metrics/cnn_search.parquet",
        predictions="results/metrics/cnn_predictions.parquet",
    log:
        "logs/evaluate_cnn.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        seeds=CNN["seeds"],
        device=SETTINGS["device"],
        code=code_of("cnn/evaluate.py"),
    message:
        "CNN: evaluating {params.seeds}"
    script:
        "../scripts/cnn/evaluate.py"


rule train_long_cnn:
    input:
        **IMAGES,
    output:
        model="results/long/cnn/seed{seed}.safetensors",
        metrics="results/long/cnn/seed{seed}.parquet",
    log:
        "logs/train_long_cnn/{seed}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(1500),
        gpu=GPUS,
        runtime=per_attempt(60),
    params:
        settings=CNN_LONG_RECIPE,
        averaging=CNN_LONG["averaging"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("cnn/train_long.py"),
    message:
        "CNN, long training: seed {wildcards.seed}"
    script:
        "../scripts/cnn/train_long.py"


rule evaluate_long_cnn:
    input:
        **IMAGES,
        models=expand("results/long/cnn/seed{seed}.safetensors", seed=CNN_LONG["seeds"]),
        trainings=expand("results/long/cnn/seed{seed}.parquet", seed=CNN_LONG["seeds"]),
    output:
        "results/long/cnn.parquet",
    log:
        "logs/evaluate_long_cnn.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        seeds=CNN_LONG["seeds"],
        device=SETTINGS["device"],
        code=code_of("cnn/evaluate_long.py"),
    message:
        "CNN, long training: evaluating {params.seeds}"
    script:
        "../scripts/cnn/evaluate_long.py"


rule plot_cnn_accuracy:
    input:
        metrics="results/metrics/cnn.parquet",
        curves="results/metrics/cnn_curves.parquet",
    output:
        **figure(
            "cnn", "cnn_accuracy", "Task 1: CNN", "accuracy and loss during training"
        ),
    log:
        "logs/plot_cnn_accuracy.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("cnn/figures.py"),
    script:
        "../scripts/cnn/figures.py"


use rule plot_cnn_accuracy as plot_cnn_search with:
    input:
        search="results/metrics/cnn_search.parquet",
    output:
        **figure("cnn", "cnn_search", "Task 1: CNN", "hyper-parameter search"),
    log:
        "logs/plot_cnn_search.log",
    params:
        hyperparameters=list(CNN_HYPERPARAMETERS),


use rule plot_cnn_accuracy as plot_cnn_confusion with:
    input:
        metrics="results/metrics/cnn.parquet",
        predictions="results/metrics/cnn_predictions.parquet",
    output:
        **figure("cnn", "cnn_confusion", "Task 1: CNN", "confusion matrix"),
    log:
        "logs/plot_cnn_confusion.log",


use rule plot_cnn_accuracy as plot_cnn_mistakes with:
    input:
        **IMAGES,
        predictions="results/metrics/cnn_predictions.parquet",
    output:
        **figure("cnn", "cnn_mistakes", "Task 1: CNN", "worst mistakes"),
    log:
        "logs/plot_cnn_mistakes.log",
