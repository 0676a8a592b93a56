# Task 1: a CNN on MNIST.
# Needs: the normalized images.
# Makes: results/metrics/cnn*.parquet, results/cnn_*.png, results/cnn/seed*/model.safetensors.

CNN = SETTINGS["cnn"]
CNN_RUNGS = CNN["search"]["rungs"]
# The values that each hyper-parameter takes in the search. The rungs set the epochs.
CNN_CHOICES = {
    name: CNN["search"]["grid"].get(name) or [value]
    for name, value in CNN["model"].items()
    if name != "epochs"
}
CNN_RANKINGS = [
    f"results/cnn/search/rung{number}.parquet" for number in range(len(CNN_RUNGS))
]
METRICS += ["cnn", "cnn_curves"]
SECTIONS["cnn"] = {
    "search": "results/metrics/cnn_search.parquet",
    "predictions": "results/metrics/cnn_predictions.parquet",
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


# The first rung tries every combination, each further one the best of the rung before.
rule search_cnn:
    input:
        **IMAGES,
        ranking=lambda wildcards: (
            CNN_RANKINGS[int(wildcards.rung) - 1] if int(wildcards.rung) else []
        ),
    output:
        "results/cnn/search/rung{rung}.parquet",
    log:
        "logs/search_cnn/{rung}.log",
    priority: 1  # the longest chain of jobs: started early, it does not end last
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(1500),
        gpu=GPUS,
    params:
        choices=lambda wildcards: None if int(wildcards.rung) else CNN_CHOICES,
        keep=lambda wildcards: [None, *(rung["keep"] for rung in CNN_RUNGS)][
            int(wildcards.rung)
        ],
        without=[""],
        rung=lambda wildcards: {
            name: value
            for name, value in CNN_RUNGS[int(wildcards.rung)].items()
            if name != "keep"
        },
        number=lambda wildcards: int(wildcards.rung),
        validation_fraction=CNN["search"]["validation_fraction"],
        seed=CNN["search"]["seed"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("cnn/search.py"),
    message:
        "CNN search: rung {wildcards.rung}"
    script:
        "../scripts/cnn/search.py"


use rule search_cnn as ablate_cnn with:
    input:
        **IMAGES,
        ranking=CNN_RANKINGS[-1],
    output:
        "results/cnn/ablation.parquet",
    log:
        "logs/ablate_cnn.log",
    params:
        choices=None,
        keep=1,
        without=CNN["ablation"],
        rung={name: value for name, value in CNN_RUNGS[-1].items() if name != "keep"},
        number=len(CNN_RUNGS) - 1,
    message:
        "CNN: the chosen recipe without {params.without}"


rule train_cnn:
    input:
        **IMAGES,
        ranking=CNN_RANKINGS[-1],
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
        runtime=per_attempt(60),
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
        rankings=CNN_RANKINGS
        + (["results/cnn/ablation.parquet"] if CNN["ablation"] else []),
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
        hyperparameters=list(CNN_CHOICES),


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
