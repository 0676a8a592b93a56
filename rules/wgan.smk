# Tasks 6, 7 and 8: WGAN-GP for the uniform distribution, and what 5 % accuracy costs.
# Needs: nothing.
# Makes: results/metrics/wgan.parquet and wgan_curves.parquet, results/wgan*.png, results/wgan/.

from dlse.studies.wgan.planning import (
    block_seeds,
    jobs_of,
    settings_of,
    shown_noise_dims,
)

WGAN = SETTINGS["wgan"]
WGAN_RUNS = {run["name"]: run for run in WGAN["runs"]}
WGAN_JOBS = {job["path"]: job for job in jobs_of(WGAN)}
WGAN_SHOWN = {
    name: shown_noise_dims(WGAN_RUNS[name]) for name in ("uniform5", "uniform20")
}
METRICS += ["wgan", "wgan_curves"]
SECTIONS["wgan"] = {}
OVERVIEW["wgan"] = {"files": {"metrics": "results/metrics/wgan.parquet"}}
# The runs that show what the number of noise dimensions changes, and their generators: the first
# job of each noise dimension.
WGAN_EXHIBITED = {
    f"results/wgan/{run['name']}/noise{noise_dim}/block0.safetensors": run["name"]
    for run in WGAN["runs"]
    if run["output"] == "linear" and len(run["noise_dims"]) > 1
    for noise_dim in run["noise_dims"]
}
if WGAN_EXHIBITED:
    EXHIBITS["generators"] = {
        "files": {"paths": [*WGAN_EXHIBITED]},
        "settings": {"names": [*WGAN_EXHIBITED.values()]},
    }


wildcard_constraints:
    run=r"\w+",
    noise_dim=r"\d+",


rule train_wgan:
    output:
        metrics="results/wgan/{run}/noise{noise_dim}/block{block}.parquet",
        generators="results/wgan/{run}/noise{noise_dim}/block{block}.safetensors",
    log:
        "logs/train_wgan/{run}_{noise_dim}_{block}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        settings=lambda wildcards: settings_of(WGAN, WGAN_RUNS[wildcards.run]),
        seeds=lambda wildcards: block_seeds(
            WGAN, WGAN_RUNS[wildcards.run], wildcards.block
        ),
        device=SETTINGS["device"],
        code=code_of("wgan/train.py"),
    message:
        "WGAN-GP: training {wildcards.run}, noise of {wildcards.noise_dim} dimensions, block {wildcards.block}"
    script:
        "../scripts/wgan/train.py"


rule assess_wgan:
    input:
        expand("{job}.safetensors", job=WGAN_JOBS),
    output:
        metrics="results/wgan/assessed.parquet",
        drawn="results/wgan/samples.npz",
    log:
        "logs/assess_wgan.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "jobs": [
                {
                    "run": job["run"],
                    "dim": WGAN_RUNS[job["run"]]["dim"],
                    "noise_dim": job["noise_dim"],
                    "seeds": job["seeds"],
                }
                for job in WGAN_JOBS.values()
            ],
            "samples": WGAN["samples"],
            "shown": WGAN_SHOWN,
            "timed": [
                {
                    "dim": WGAN_RUNS[name]["dim"],
                    "recipe": settings_of(WGAN, WGAN_RUNS[name])["recipe"],
                    "seeds": WGAN["seeds_per_job"],
                }
                for name in WGAN_SHOWN
            ],
        },
        code=code_of("wgan/assess.py"),
    message:
        "WGAN-GP: assessing samples of all generators"
    script:
        "../scripts/wgan/assess.py"


rule evaluate_wgan:
    input:
        trained=expand("{job}.parquet", job=WGAN_JOBS),
        assessed="results/wgan/assessed.parquet",
    output:
        metrics="results/metrics/wgan.parquet",
        curves="results/metrics/wgan_curves.parquet",
    log:
        "logs/evaluate_wgan.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("wgan/evaluate.py"),
    message:
        "WGAN-GP: gathering the metrics of all runs"
    script:
        "../scripts/wgan/evaluate.py"


rule plot_wgan_training:
    input:
        curves="results/metrics/wgan_curves.parquet",
    output:
        **figure("wgan", "wgan_training", "Tasks 6 to 8: WGAN-GP", "training"),
    log:
        "logs/plot_wgan_training.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("wgan/figures.py"),
    script:
        "../scripts/wgan/figures.py"


use rule plot_wgan_training as plot_wgan_accuracy with:
    input:
        metrics="results/metrics/wgan.parquet",
    output:
        **figure("wgan", "wgan_accuracy", "Tasks 6 to 8: WGAN-GP", "accuracy"),
    log:
        "logs/plot_wgan_accuracy.log",


use rule plot_wgan_training as plot_wgan_samples with:
    input:
        samples="results/wgan/samples.npz",
    output:
        **figure("wgan", "wgan_samples", "Tasks 6 to 8: WGAN-GP", "samples"),
    log:
        "logs/plot_wgan_samples.log",
    params:
        shown=WGAN_SHOWN,


use rule plot_wgan_accuracy as plot_wgan_cost with:
    output:
        **figure("wgan", "wgan_cost", "Tasks 6 to 8: WGAN-GP", "cost of 5 % accuracy"),
    log:
        "logs/plot_wgan_cost.log",
