# Task 5 on Mechanical MNIST: PCA and autoencoders on displacement fields of blocks whose stiffness
# is an image. The fields are simulated here or read from the published files.
# Needs: the normalized images; published energies and files, if there are any;
#        the rules of autoencoders.smk for PCA and the autoencoders.
# Makes: data/processed/fields.* and bitmaps.*, results/metrics/mechanical*.parquet and
#        bitmaps*.parquet, results/mechanical_*.png, results/pca_ae_curve_mechanical.png,
#        results/mechanical/, results/bitmaps/.

MECHANICAL = SETTINGS["mechanical"]
MECHANICAL_IS_SIMULATED = MECHANICAL["source"] == "simulated"
# Displacement fields, and the images that are the stiffness of the blocks.
MECHANICAL_FIELDS = {
    "fields": "data/processed/fields.npy",
    "bitmaps": "data/processed/bitmaps.npy",
    "about": "data/processed/fields.json",
    "about_bitmaps": "data/processed/bitmaps.json",
}
MECHANICAL_SIMULATED = {"shown": "results/mechanical/shown.npz"}
if MECHANICAL_IS_SIMULATED:
    MECHANICAL_SIMULATED |= {
        **MECHANICAL_FIELDS,
        "metrics": "results/metrics/mechanical_solver.parquet",
    }
    METRICS += ["mechanical_solver"]
for name, samples, about, network in (
    ("mechanical", "fields", "about", "autoencoder"),
    ("bitmaps", "bitmaps", "about_bitmaps", "control_autoencoder"),
):
    COMPRESSED[name] = {
        "files": {
            "samples": MECHANICAL_FIELDS[samples],
            "about": MECHANICAL_FIELDS[about],
        },
        "autoencoder": MECHANICAL[network],
        "test_fraction": SETTINGS["data"]["test_fraction"],
    }
MECHANICAL_ERRORS = {
    name: [
        *expand(
            "results/{name}/seed{seed}/autoencoder{latent_dim}.parquet",
            name=name,
            seed=MECHANICAL["seeds"],
            latent_dim=MECHANICAL["latent_dims"],
        ),
        *expand(
            "results/{name}/seed{seed}/pca.parquet", name=name, seed=MECHANICAL["seeds"]
        ),
    ]
    for name in ("mechanical", "bitmaps")
}
MECHANICAL_TABLES = {
    name: f"results/metrics/{name}.parquet"
    for name in ("mechanical", "mechanical_curves", "bitmaps", "bitmaps_curves")
}
METRICS += [*MECHANICAL_TABLES]
SECTIONS["mechanical"] = {}
EXHIBITS["blocks"] = {
    "files": {"solved": MECHANICAL_SIMULATED["shown"]},
    "settings": {"case": MECHANICAL["case"]},
}


rule simulate_blocks:
    input:
        **IMAGES,
        references=sorted(
            str(path)
            for path in Path(MECHANICAL["references"]).glob("summary_psi_test_*.txt")
        ),
    output:
        **MECHANICAL_SIMULATED,
    log:
        "logs/simulate_blocks.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(2000),
        runtime=per_attempt(60),
    params:
        settings={name: MECHANICAL[name] for name in ("blocks", "case", "steps")},
        shown_blocks=MECHANICAL["shown_blocks"],
        code=code_of("mechanical/simulate.py"),
    message:
        "Mechanical MNIST: simulating blocks"
    script:
        "../scripts/mechanical/simulate.py"


if not MECHANICAL_IS_SIMULATED:

    rule read_fields:
        input:
            # Files that are downloaded are no inputs.
            [
                str(path)
                for pattern in ("*.txt", "*.zip")
                for path in sorted(Path(MECHANICAL["source"]).rglob(pattern))
            ],
        output:
            **MECHANICAL_FIELDS,
        log:
            "logs/read_fields.log",
        localrule: True
        conda:
            "../envs/dlse.yaml"
        params:
            **{
                name: MECHANICAL[name]
                for name in ("source", "archive", "case", "steps", "blocks")
            },
            downloads="data/raw/downloads/mechanical",
            code=code_of("mechanical/published_fields.py"),
        message:
            "Mechanical MNIST: reading the published fields"
        script:
            "../scripts/mechanical/published_fields.py"


rule evaluate_mechanical:
    input:
        **MECHANICAL_ERRORS,
    output:
        **MECHANICAL_TABLES,
    log:
        "logs/evaluate_mechanical.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("mechanical/evaluate.py"),
    message:
        "PCA and autoencoders of fields and of their blocks' images: gathering the errors"
    script:
        "../scripts/mechanical/evaluate.py"


rule plot_pca_ae_curve_mechanical:
    input:
        metrics=MECHANICAL_TABLES["mechanical"],
    output:
        **figure(
            "mechanical",
            "pca_ae_curve_mechanical",
            "Task 5: Mechanical MNIST",
            "error over latent dimension",
        ),
    log:
        "logs/plot_pca_ae_curve_mechanical.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("mechanical/figures.py"),
    script:
        "../scripts/mechanical/figures.py"


use rule plot_pca_ae_curve_mechanical as plot_mechanical_blocks with:
    input:
        shown=MECHANICAL_SIMULATED["shown"],
        about=IMAGES["about"],
    output:
        **figure(
            "mechanical",
            "mechanical_blocks",
            "Task 5: Mechanical MNIST",
            "deformed blocks",
        ),
    log:
        "logs/plot_mechanical_blocks.log",


use rule plot_pca_ae_curve_mechanical as plot_mechanical_reconstructions with:
    input:
        fields=MECHANICAL_FIELDS["fields"],
        bitmaps=MECHANICAL_FIELDS["bitmaps"],
        about=MECHANICAL_FIELDS["about"],
        pca="results/mechanical/seed{seed}/pca.safetensors".format(
            seed=MECHANICAL["seeds"][0]
        ),
        model="results/mechanical/seed{seed}/autoencoder{latent_dim}.safetensors".format(
            seed=MECHANICAL["seeds"][0],
            latent_dim=MECHANICAL["shown_latent_dim"],
        ),
    output:
        **figure(
            "mechanical",
            "mechanical_reconstructions",
            "Task 5: Mechanical MNIST",
            "reconstructed fields",
        ),
    log:
        "logs/plot_mechanical_reconstructions.log",
    params:
        latent_dim=MECHANICAL["shown_latent_dim"],
        test_fraction=SETTINGS["data"]["test_fraction"],
        seed=MECHANICAL["seeds"][0],
