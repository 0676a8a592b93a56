# What takes too long to be done each time: `snakemake benchmark`. The report takes its results
# where they are there, and else those recorded in scripts/report/recorded/.
# Needs: nothing.
# Makes: results/benchmark/.


localrules:
    benchmark,


rule benchmark:
    input:
        expand(
            "results/benchmark/wgan_standard{dim}.parquet",
            dim=WGAN["standard"]["dims"],
        ),


rule train_standard_wgan:
    output:
        "results/benchmark/wgan_standard{dim}.parquet",
    log:
        "logs/train_standard_wgan/{dim}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "samples": WGAN["measure"]["samples"],
            **{
                name: WGAN["standard"][name]
                for name in ("seed", "steps", "evaluate_every")
            },
        },
        code=code_of("train_standard_wgan.py"),
    message:
        "WGAN-GP: the usual recipe in {wildcards.dim} dimensions"
    script:
        "../scripts/train_standard_wgan.py"
