# Tasks 6, 7 and 8: WGAN-GP for the uniform distribution, and what 5 % accuracy costs.
# Needs: nothing.
# Makes: results/metrics/uniformity.parquet, results/metrics/wgan*.parquet, results/wgan*.png,
#        results/wgan/; with `snakemake benchmark` also results/benchmark/wgan*.parquet.

from dlse.studies.wgan.planning import (
    jobs_of,
    measured_dims,
    panel_seeds,
    settings_of,
    shown_noise_dims,
    timed_runs,
)

WGAN = SETTINGS["wgan"]
WGAN_RUNS = {run["name"]: run for run in WGAN["runs"]}
WGAN_JOBS = {name: jobs_of(WGAN, run) for name, run in WGAN_RUNS.items()}
WGAN_SHOWN = {name: shown_noise_dims(run) for name, run in WGAN_RUNS.items()}
# The tables of the usual recipe, for the dimensions in which it was measured.
WGAN_STANDARD = [
    table
    for dim in WGAN["standard"]["dims"]
    if (table := shown_table("wgan", f"benchmark/wgan_standard{dim}.parquet"))["path"]
]
METRICS += ["uniformity", "wgan", "wgan_curves", "wgan_speed"]
SECTIONS["wgan"] = {"standard": WGAN_STANDARD}
OVERVIEW["wgan"] = {
    "files": {
        "metrics": "results/metrics/wgan.parquet",
        "uniformity": "results/metrics/uniformity.parquet",
    }
}
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
    repetition=r"\d+",


rule measure_uniformity:
    output:
        "results/metrics/uniformity.parquet",
    log:
        "logs/measure_uniformity.log",
    conda:
        "../envs/dlse.yaml"
    params:
        dims=measured_dims(WGAN),
        settings={
            name: WGAN["measure"][name]
            for name in ("samples", "floor_repeats", "panel_repeats")
        },
        code=code_of("wgan/measure_uniformity.py"),
    message:
        "Uniformity: measuring noise floors and known flaws"
    script:
        "../scripts/wgan/measure_uniformity.py"


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
        seeds=lambda wildcards: WGAN_JOBS[wildcards.run][
            "results/wgan/{0.run}/noise{0.noise_dim}/block{0.block}".format(wildcards)
        ]["seeds"],
        device=SETTINGS["device"],
        code=code_of("wgan/train.py"),
    message:
        "WGAN-GP: training {wildcards.run}, noise of {wildcards.noise_dim} dimensions, block {wildcards.block}"
    script:
        "../scripts/wgan/train.py"


rule assess_wgan:
    input:
        lambda wildcards: [f"{job}.safetensors" for job in WGAN_JOBS[wildcards.run]],
    output:
        metrics="results/wgan/{run}/panel.parquet",
        drawn="results/wgan/{run}/samples.npz",
    log:
        "logs/assess_wgan/{run}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings=lambda wildcards: {
            "dim": WGAN_RUNS[wildcards.run]["dim"],
            "samples": WGAN["measure"]["samples"],
            "panel_seeds": panel_seeds(WGAN),
            "noise_dims": [
                job["noise_dim"] for job in WGAN_JOBS[wildcards.run].values()
            ],
            "seeds": [job["seeds"] for job in WGAN_JOBS[wildcards.run].values()],
            "shown": WGAN_SHOWN[wildcards.run],
        },
        code=code_of("wgan/assess.py"),
    message:
        "WGAN-GP: assessing samples of {wildcards.run}"
    script:
        "../scripts/wgan/assess.py"


rule evaluate_wgan:
    input:
        trained=[f"{job}.parquet" for jobs in WGAN_JOBS.values() for job in jobs],
        assessed=expand("results/wgan/{run}/panel.parquet", run=WGAN_RUNS),
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


rule compare_wgan_with_autograd:
    output:
        "results/wgan/speed{repetition}.parquet",
    log:
        "logs/compare_wgan_with_autograd/{repetition}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        runs=timed_runs(WGAN),
        settings={
            "usual_dims": WGAN["standard"]["dims"],
            **{name: WGAN["speed"][name] for name in ("members", "steps")},
        },
        code=code_of("wgan/compare_with_autograd.py"),
    message:
        "WGAN-GP: timing steps in closed form and by automatic differentiation, repetition {wildcards.repetition}"
    script:
        "../scripts/wgan/compare_with_autograd.py"


rule gather_wgan_speed:
    input:
        expand(
            "results/wgan/speed{repetition}.parquet",
            repetition=range(WGAN["speed"]["jobs"]),
        ),
    output:
        metrics="results/metrics/wgan_speed.parquet",
    log:
        "logs/gather_wgan_speed.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "WGAN-GP: gathering the times of steps"
    script:
        "../scripts/dlse/results/gather.py"


rule train_standard_wgan:
    output:
        standard="results/benchmark/wgan_standard{dim}.parquet",
        line="results/benchmark/wgan{dim}.parquet",
    log:
        "logs/train_standard_wgan/{dim}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        runtime=per_attempt(90),
    params:
        settings={
            "samples": WGAN["measure"]["samples"],
            **{
                name: WGAN["standard"][name]
                for name in ("seed", "steps", "evaluate_every")
            },
        },
        our_settings=lambda wildcards: settings_of(
            WGAN, WGAN_RUNS[f"uniform{wildcards.dim}"]
        ),
        our_seeds=WGAN["seeds_per_job"],
        rounds=SETTINGS["benchmark"]["rounds"],
        code=code_of("wgan/train_standard.py"),
    message:
        "Benchmark: training WGAN-GP and the usual recipe in {wildcards.dim} dimensions"
    script:
        "../scripts/wgan/train_standard.py"


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


use rule plot_wgan_training as plot_wgan_uniform5 with:
    input:
        metrics="results/metrics/wgan.parquet",
        curves="results/metrics/wgan_curves.parquet",
        uniformity="results/metrics/uniformity.parquet",
    output:
        **figure(
            "wgan", "wgan_uniform5", "Tasks 6 to 8: WGAN-GP", "5 dimensions: accuracy"
        ),
    log:
        "logs/plot_wgan_uniform5.log",
    params:
        run="uniform5",


use rule plot_wgan_uniform5 as plot_wgan_uniform20 with:
    output:
        **figure(
            "wgan",
            "wgan_uniform20",
            "Tasks 6 to 8: WGAN-GP",
            "20 dimensions: accuracy",
        ),
    log:
        "logs/plot_wgan_uniform20.log",
    params:
        run="uniform20",


use rule plot_wgan_training as plot_wgan_samples5 with:
    input:
        samples="results/wgan/uniform5/samples.npz",
    output:
        **figure(
            "wgan", "wgan_samples5", "Tasks 6 to 8: WGAN-GP", "5 dimensions: samples"
        ),
    log:
        "logs/plot_wgan_samples5.log",
    params:
        noise_dims=WGAN_SHOWN["uniform5"],


use rule plot_wgan_training as plot_wgan_samples20 with:
    input:
        samples="results/wgan/uniform20/samples.npz",
    output:
        **figure(
            "wgan", "wgan_samples20", "Tasks 6 to 8: WGAN-GP", "20 dimensions: samples"
        ),
    log:
        "logs/plot_wgan_samples20.log",
    params:
        noise_dims=WGAN_SHOWN["uniform20"],


use rule plot_wgan_training as plot_wgan_outputs with:
    input:
        metrics="results/metrics/wgan.parquet",
        curves="results/metrics/wgan_curves.parquet",
    output:
        **figure(
            "wgan", "wgan_outputs", "Tasks 6 to 8: WGAN-GP", "outputs of the generator"
        ),
    log:
        "logs/plot_wgan_outputs.log",


use rule plot_wgan_training as plot_wgan_cost with:
    input:
        metrics="results/metrics/wgan.parquet",
    output:
        **figure("wgan", "wgan_cost", "Tasks 6 to 8: WGAN-GP", "cost of 5 % accuracy"),
    log:
        "logs/plot_wgan_cost.log",
