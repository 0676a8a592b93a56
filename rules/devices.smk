# The CPU against a GPU: the whole workflow, many networks at once, and what bounds each training.
# `snakemake devices` needs a GPU and runs `all` several times, so that it is not part of `all`.
# Needs: the normalized images.
# Makes: results/devices.parquet, results/devices.md, results/devices/.

DEVICES = SETTINGS["benchmark"]["devices"]
DEVICES_NAMES = list(dict.fromkeys(run["device"] for run in DEVICES["runs"]))


wildcard_constraints:
    device="cpu|cuda",
    jobs=r"\d+",


rule devices:
    input:
        "results/devices.parquet",
    localrule: True


rule run_on_device:
    input:
        **IMAGES,
    output:
        metrics="results/devices/all_{device}_{jobs}.parquet",
        claims="results/devices/claims_{device}_{jobs}.parquet",
    log:
        "logs/run_on_device/{device}_{jobs}.log",
    conda:
        "../envs/dlse.yaml"
    threads: 1000  # all cores that Snakemake has: nothing else runs beside it
    resources:
        mem_mb=per_attempt(32000),
        runtime=per_attempt(120),
        gpu=lambda wildcards: int(wildcards.device == "cuda"),
    params:
        settings={
            "snakefile": os.path.relpath(Path(workflow.basedir) / "Snakefile"),
            "settings": {
                name: part for name, part in SETTINGS.items() if name != "benchmark"
            },
            "raw": "data/raw",
        },
        code=code_of("devices/run_all.py"),
    message:
        "Devices: the whole workflow on {wildcards.device}, {wildcards.jobs} at once"
    script:
        "../scripts/devices/run_all.py"


rule train_many_on_device:
    output:
        "results/devices/networks_{device}.parquet",
    log:
        "logs/train_many_on_device/{device}.log",
    priority: 2  # where there is no GPU, this fails before anything long begins
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(8000),
        gpu=lambda wildcards: int(wildcards.device == "cuda"),
    params:
        settings=lambda wildcards: {
            "network": DYING_RELU_NETWORKS[DYING_RELU["shown"]],
            "schedule": DYING_RELU["schedule"],
            "networks": DEVICES["networks"][wildcards.device],
        },
        code=code_of("devices/train_many.py"),
    message:
        "Devices: many networks on {wildcards.device}"
    script:
        "../scripts/devices/train_many.py"


rule profile_on_device:
    output:
        "results/devices/profile_{device}.parquet",
    log:
        "logs/profile_on_device/{device}.log",
    priority: 1
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(8000),
        gpu=lambda wildcards: int(wildcards.device == "cuda"),
    params:
        settings={
            **DEVICES["profile"],
            "precision": SETTINGS["precision"],
            "recipes": {
                "cnn": CNN["model"],
                "autoencoder": RECONSTRUCTION["autoencoder"],
                "latent_dim": max(RECONSTRUCTION["latent_dims"]),
                "dying_relu": DYING_RELU_NETWORKS[DYING_RELU["shown"]],
                "schedule": DYING_RELU["schedule"],
                "networks": DYING_RELU_PER_JOB[DYING_RELU["shown"]],
                "wgan": {
                    "dim": 20,
                    "noise_dim": 20,
                    "recipe": settings_of(WGAN, WGAN_RUNS["uniform20"])["recipe"],
                    "seeds": seeds_of(0, WGAN["seeds_per_job"], WGAN["first_seed"]),
                },
            },
        },
        code=code_of("devices/profile_trainings.py"),
    message:
        "Devices: profiling a training of each kind on {wildcards.device}"
    script:
        "../scripts/devices/profile_trainings.py"


rule compare_devices:
    input:
        runs=[
            f"results/devices/all_{run['device']}_{run['jobs']}.parquet"
            for run in DEVICES["runs"]
        ],
        claims=[
            f"results/devices/claims_{run['device']}_{run['jobs']}.parquet"
            for run in DEVICES["runs"]
        ],
        networks=expand(
            "results/devices/networks_{device}.parquet", device=DEVICES_NAMES
        ),
        profiles=expand(
            "results/devices/profile_{device}.parquet", device=DEVICES_NAMES
        ),
    output:
        metrics="results/devices.parquet",
        text="results/devices.md",
    log:
        "logs/compare_devices.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("devices/compare.py"),
    message:
        "Devices: comparing them"
    script:
        "../scripts/devices/compare.py"
