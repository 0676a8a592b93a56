# Needs: the tables and figures of every study.
# Makes: results/metrics.parquet, results/claims.parquet, results/report.pdf and .html.

# The studies with claims.
CLAIMING = [study for study in STUDIES if (SCRIPTS / study / "claims.py").exists()]


rule gather_metrics:
    input:
        expand("results/metrics/{table}.parquet", table=METRICS),
    output:
        metrics=report(
            "results/metrics.parquet",
            caption="../scripts/report/captions.rst",
            category="Report",
            labels={"result": "all metrics"},
        ),
    log:
        "logs/gather_metrics.log",
    localrule: True
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
            caption="../scripts/report/captions.rst",
            category="Report",
            labels={"result": "claims and verdicts"},
        ),
    log:
        "logs/judge_claims.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        studies=CLAIMING,
        is_preview=SETTINGS["preview"],
        code=code_of(
            "dlse/results/judge.py", *(f"{study}/claims.py" for study in CLAIMING)
        ),
    message:
        "Judging the claims"
    script:
        "../scripts/dlse/results/judge.py"


rule plot_overview:
    input:
        [list(panel["files"].values()) for panel in OVERVIEW.values()],
    output:
        **figure("report", "overview", "Report", "overview"),
    log:
        "logs/plot_overview.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        panels=OVERVIEW,
        code=code_of(
            "report/figures.py", *(f"{study}/figures.py" for study in OVERVIEW)
        ),
    script:
        "../scripts/report/figures.py"


rule write_report:
    input:
        metrics="results/metrics.parquet",
        claims="results/claims.parquet",
        about=IMAGES["about"],
        tables=[table for tables in SECTIONS.values() for table in tables.values()],
        figures=expand("results/figures/{figure}.svg", figure=FIGURES),
    output:
        pdf=report(
            "results/report.pdf",
            caption="../scripts/report/captions.rst",
            category="Report",
            labels={"result": "report"},
        ),
        html="results/report.html",
    log:
        "logs/write_report.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        command=f"make {SIZE.name}" if SIZE else "make all",
        sections=SECTIONS,
        code=code_of(
            "dlse/results/write_report.py",
            "report/report.typ",
            "report/style.typ",
            "report/frame.typ",
            "report/report.css",
            "report/report.js",
            "report/references.bib",
            *(
                f"{study}/{name}"
                for study in SECTIONS
                for name in ("facts.py", "report.typ")
            ),
        ),
    message:
        "Writing the report"
    script:
        "../scripts/dlse/results/write_report.py"


rule check:
    input:
        "results/claims.parquet",
    log:
        "logs/check.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/check.py"),
    message:
        "Checking the claims"
    script:
        "../scripts/dlse/results/check.py"


rule schema:
    log:
        "logs/schema.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        studies=STUDIES,
        path=str(ROOT / "config.schema.json"),
    message:
        "Writing config.schema.json, for editors"
    script:
        "../scripts/dlse/workflow/write_schema.py"
