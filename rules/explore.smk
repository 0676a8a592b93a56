# A page to play with: trained networks of tasks 1, 2, 5, 6 and 7, and deformed blocks.
# Needs: the normalized images; results/cnn/, results/reconstruction/, results/dying_relu/birth.parquet
#        and results/wgan/.
# Makes: results/explore.html, results/explore/.

# The generators of runs that show what the number of noise dimensions changes: the run, and the
# first job of each noise dimension.
EXPLORE_GENERATORS = [
    (run["name"], f"results/wgan/{run['name']}/noise{noise_dim}/block0.safetensors")
    for run in WGAN["runs"]
    if run["output"] == "linear" and len(run["noise_dims"]) > 1
    for noise_dim in run["noise_dims"]
]
EXPLORE_SEED = RECONSTRUCTION["seeds"][0]


rule simulate_steps:
    input:
        **IMAGES,
    output:
        "results/explore/blocks.npz",
    log:
        "logs/simulate_steps.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "count": MECHANICAL["shown_blocks"],
            **{name: MECHANICAL[name] for name in ("case", "element", "refinement")},
        },
        code=code_of("explore/simulate_steps.py"),
    message:
        "A page to play with: solving some blocks at every load step"
    script:
        "../scripts/explore/simulate_steps.py"


rule write_explore:
    input:
        **IMAGES,
        cnn="results/cnn/seed{seed}/model.safetensors".format(seed=CNN["seeds"][0]),
        autoencoder=(
            [f"results/reconstruction/seed{EXPLORE_SEED}/autoencoder2.safetensors"]
            if 2 in RECONSTRUCTION["latent_dims"]
            else []
        ),
        birth="results/dying_relu/birth.parquet",
        generators=[path for _, path in EXPLORE_GENERATORS],
        blocks="results/explore/blocks.npz",
    output:
        "results/explore.html",
    log:
        "logs/write_explore.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "is_preview": SETTINGS["preview"],
            "split": {
                "test_fraction": RECONSTRUCTION["test_fraction"],
                "seed": EXPLORE_SEED,
            },
            "schedule": DYING_RELU["schedule"],
            "runs": [name for name, _ in EXPLORE_GENERATORS],
            "case": MECHANICAL["case"],
        },
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
