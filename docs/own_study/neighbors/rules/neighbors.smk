# A study of your own: how well the nearest training images tell a digit.
# Needs: the normalized images.
# Makes: results/metrics/neighbors.parquet, results/neighbors.png.

NEIGHBORS = SETTINGS["neighbors"]
METRICS += ["neighbors"]
SECTIONS["neighbors"] = {}


rule evaluate_neighbors:
    input:
        **IMAGES,
    output:
        "results/metrics/neighbors.parquet",
    log:
        "logs/evaluate_neighbors.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings=NEIGHBORS,
        code=code_of("neighbors/evaluate.py"),
    message:
        "Nearest neighbors: classifying the test images"
    script:
        "../scripts/neighbors/evaluate.py"


rule plot_neighbors:
    input:
        metrics="results/metrics/neighbors.parquet",
    output:
        **figure("neighbors", "neighbors", "Nearest neighbors", "test accuracy"),
    log:
        "logs/plot_neighbors.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("neighbors/figures.py"),
    script:
        "../scripts/neighbors/figures.py"
