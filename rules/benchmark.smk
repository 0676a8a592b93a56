# Benchmarks: our code against reference implementations, the whole workflow, and the standard WGAN-GP
# recipe. They take hours, so they are not part of `all`. The next `snakemake all` shows the results in
# figures and report; until then these show what is recorded in scripts/*/recorded/.
# Needs: the normalized images.
# Makes: results/benchmark.parquet, results/benchmark.png, results/benchmark/.

BENCHMARK = SETTINGS["benchmark"]
BENCHMARK_TABLE = shown_table("benchmark", "benchmark.parquet")
BENCHMARK_LINES = [
    "autoencoder",
    "cnn",
    "pca",
    *(f"workflow{cores}" for cores in BENCHMARK["workflow"]["cores"]),
    *(f"wgan{dim}" for dim in WGAN["standard"]["dims"]),
]
SECTIONS["benchmark"] = {"measured": BENCHMARK_TABLE}


rule benchmark:
    input:
        "results/benchmark.parquet",
        expand(
            "results/benchmark/wgan_standard{dim}.parquet",
            dim=WGAN["standard"]["dims"],
        ),
    localrule: True


rule benchmark_autoencoder:
    input:
        **IMAGES,
    output:
        "results/benchmark/autoencoder.parquet",
    log:
        "logs/benchmark_autoencoder.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        settings={
            **BENCHMARK["autoencoder"],
            "recipe": RECONSTRUCTION["autoencoder"],
            "test_fraction": RECONSTRUCTION["test_fraction"],
            "seed": RECONSTRUCTION["seeds"][0],
            "precision": SETTINGS["precision"],
        },
        code=code_of("benchmark/autoencoder.py"),
    message:
        "Benchmark: our autoencoder and a plain one"
    script:
        "../scripts/benchmark/autoencoder.py"


rule benchmark_cnn:
    input:
        **IMAGES,
    output:
        "results/benchmark/cnn.parquet",
    log:
        "logs/benchmark_cnn.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(1500),
        runtime=per_attempt(120),
    params:
        settings=BENCHMARK["cnn"],
        precision=SETTINGS["precision"],
        code=code_of("benchmark/cnn.py"),
    message:
        "Benchmark: our CNN and PyTorch's example"
    script:
        "../scripts/benchmark/cnn.py"


rule benchmark_pca:
    input:
        **IMAGES,
    output:
        "results/benchmark/pca.parquet",
    log:
        "logs/benchmark_pca.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(2500),
    params:
        settings={
            "latent_dims": RECONSTRUCTION["latent_dims"],
            "test_fraction": RECONSTRUCTION["test_fraction"],
            "seed": RECONSTRUCTION["seeds"][0],
            "rounds": BENCHMARK["rounds"],
        },
        code=code_of("benchmark/pca.py"),
    message:
        "Benchmark: our PCA and scikit-learn's"
    script:
        "../scripts/benchmark/pca.py"


rule benchmark_workflow:
    input:
        **IMAGES,
    output:
        "results/benchmark/workflow{cores}.parquet",
    log:
        "logs/benchmark_workflow/{cores}.log",
    conda:
        "../envs/dlse.yaml"
    threads: lambda wildcards: int(wildcards.cores)  # other jobs use other cores
    resources:
        mem_mb=per_attempt(8000),
        runtime=per_attempt(120),
    params:
        settings={
            "snakefile": os.path.relpath(Path(workflow.basedir) / "Snakefile"),
            "settings": {
                name: part for name, part in SETTINGS.items() if name != "benchmark"
            },
            "raw": "data/raw",
        },
        code=code_of("benchmark/workflow.py"),
    message:
        "Benchmark: the whole workflow on {wildcards.cores} cores"
    script:
        "../scripts/benchmark/workflow.py"


rule gather_benchmark:
    input:
        expand("results/benchmark/{line}.parquet", line=BENCHMARK_LINES),
    output:
        metrics="results/benchmark.parquet",
    log:
        "logs/gather_benchmark.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        config=SETTINGS,
        code=code_of("dlse/results/gather.py"),
    message:
        "Benchmark: gathering the results"
    script:
        "../scripts/dlse/results/gather.py"


rule plot_benchmark:
    output:
        **figure("benchmark", "benchmark", "Speed", "our code and peers"),
    log:
        "logs/plot_benchmark.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        table=BENCHMARK_TABLE,
        code=code_of("benchmark/figures.py"),
    message:
        "Benchmark: drawing the ratios"
    script:
        "../scripts/benchmark/figures.py"
