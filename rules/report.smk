# Needs: the tables and figures of every study.
# Makes: results/metrics.parquet, results/claims.parquet, results/report.pdf and .html.

REPORT_TABLES = [
    "cnn",
    "cnn_curves",
    "dying_relu",
    "regularization",
    "initialization",
    "initialization_curves",
    "ensemble",
    "reconstruction",
    "reconstruction_curves",
    "mechanical_solver",
    "mechanical",
    "mechanical_curves",
    "bitmaps",
    "bitmaps_curves",
    "uniformity",
    "wgan",
    "wgan_curves",
    "wgan_speed",
]

# A file a section.
REPORT_SOURCES = [
    f"report/{path.name}"
    for path in sorted((SCRIPTS / "report").glob("*.*"))
    if path.suffix in (".typ", ".css")
]


localrules:
    gather_metrics,
    judge_claims,
    write_report,
    check,


rule gather_metrics:
    input:
        expand("results/metrics/{table}.parquet", table=REPORT_TABLES),
    output:
        metrics=report(
            "results/metrics.parquet",
            caption="../scripts/report/captions/metrics.rst",
            category="Report",
            labels={"result": "all metrics"},
        ),
    log:
        "logs/gather_metrics.log",
    conda:
        "../envs/dlse.yaml"
    params:
        config=SETTINGS,
        code=code_of("dlse/results/gather.py"),
    message:
        "Gathering all metrics"
    script:
        "../scripts/dlse/results/gather.py"


rule judge_claims:
    input:
        "results/metrics.parquet",
    output:
        table="results/claims.parquet",
        csv=report(
            "results/claims.csv",
            caption="../scripts/report/captions/claims.rst",
            category="Report",
            labels={"result": "claims and verdicts"},
        ),
    log:
        "logs/judge_claims.log",
    conda:
        "../envs/dlse.yaml"
    params:
        is_preview=SETTINGS["preview"],
        code=code_of("dlse/results/judge.py"),
    message:
        "Judging the claims"
    script:
        "../scripts/dlse/results/judge.py"


rule write_report:
    input:
        metrics="results/metrics.parquet",
        claims="results/claims.parquet",
        search="results/metrics/cnn_search.parquet",
        predictions="results/metrics/cnn_predictions.parquet",
        choice="results/metrics/regularization_choice.parquet",
        figures=expand("results/figures/{figure}.svg", figure=FIGURES),
    output:
        pdf=report(
            "results/report.pdf",
            caption="../scripts/report/captions/report.rst",
            category="Report",
            labels={"result": "report"},
        ),
        html="results/report.html",
    log:
        "logs/write_report.log",
    conda:
        "../envs/dlse.yaml"
    params:
        standard=WGAN_STANDARD,
        benchmark=BENCHMARK_TABLE,
        code=code_of("dlse/results/write_report.py", *REPORT_SOURCES),
    message:
        "Writing the report"
    script:
        "../scripts/dlse/results/write_report.py"


rule check:
    input:
        "results/claims.parquet",
    log:
        "logs/check.log",
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/check.py"),
    message:
        "Checking the claims"
    script:
        "../scripts/dlse/results/check.py"
