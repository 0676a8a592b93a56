# The ensemble of small networks against a loop over them.
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
        "Networks per CPU second: ensemble and loop"
    script:
        "../scripts/ensemble/compare.py"
