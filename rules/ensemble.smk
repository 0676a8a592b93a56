# The cost of training small networks: in an ensemble against in a loop.
# Needs: nothing.
# Makes: results/metrics/ensemble.parquet.

METRICS += ["ensemble"]
SECTIONS["ensemble"] = {}


rule compare_ensemble_with_loop:
    output:
        "results/metrics/ensemble.parquet",
    log:
        "logs/compare_ensemble_with_loop.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings=SETTINGS["ensemble"],
        code=code_of("ensemble/compare.py"),
    message:
        "Ensemble: measuring networks per CPU second, against a loop"
    script:
        "../scripts/ensemble/compare.py"
