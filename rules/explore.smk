# A page to play with: trained networks and deformed blocks, as far as the studies have put them into
# EXHIBITS.
# Needs: the normalized images, and the files in EXHIBITS.
# Makes: results/explore.html.


rule write_explore:
    input:
        **IMAGES,
        exhibits=[list(exhibit["files"].values()) for exhibit in EXHIBITS.values()],
    output:
        "results/explore.html",
    log:
        "logs/write_explore.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        is_preview=SETTINGS["preview"],
        exhibits=EXHIBITS,
        code=code_of(
            "explore/write_explore.py",
            *sorted(
                path.relative_to(SCRIPTS).as_posix()
                for path in (SCRIPTS / "explore").iterdir()
                if path.suffix in (".html", ".css", ".js")
            ),
        ),
    message:
        "Writing the page to play with"
    script:
        "../scripts/explore/write_explore.py"
