# Task 5 on Mechanical MNIST: PCA and autoencoders on displacement fields of blocks whose stiffness
# is an image. The fields are simulated here or read from the published files.
# Needs: the normalized images; published values and files, if there are any;
#        the rules of reconstruction.smk for PCA and the autoencoders.
# Makes: data/processed/fields.* and bitmaps.*; results/metrics/mechanical*.parquet and bitmaps*.parquet,
#        results/mechanical_*.png, results/pca_ae_curve_mechanical.png, results/spectrum.png,
#        results/mechanical/, results/bitmaps/.

from dlse.studies.mechanical.planning import local_references, published_files

MECHANICAL = SETTINGS["mechanical"]
MECHANICAL_IS_SIMULATED = MECHANICAL["source"] == "simulated"
MECHANICAL_REFERENCES = local_references(MECHANICAL["references"])
# Each job simulates the blocks of `blocks_per_job` images; this is the first image of each.
MECHANICAL_SHARDS = (
    range(0, MECHANICAL["blocks"], MECHANICAL["blocks_per_job"])
    if MECHANICAL_IS_SIMULATED
    else []
)
if MECHANICAL_IS_SIMULATED:
    MECHANICAL_SOURCES = {
        "parts": expand(
            "results/mechanical/blocks{first}.npz", first=MECHANICAL_SHARDS
        ),
        "about": IMAGES["about"],
    }
    MECHANICAL_SETTINGS = {name: MECHANICAL[name] for name in ("case", "steps")}
else:
    MECHANICAL_SOURCES = {"files": published_files(MECHANICAL["source"])}
    MECHANICAL_SETTINGS = {
        "downloads": "data/raw/downloads/mechanical",
        **{
            name: MECHANICAL[name]
            for name in ("source", "archive", "case", "steps", "blocks")
        },
    }
MECHANICAL_ELEMENTS = {
    element: refinements
    for element, refinements in MECHANICAL["elements"]["refinements"].items()
    if refinements
}
# Displacement fields of blocks whose stiffness is an image.
MECHANICAL_FIELDS = {
    "fields": "data/processed/fields.npy",
    "bitmaps": "data/processed/bitmaps.npy",
    "about": "data/processed/fields.json",
    "about_bitmaps": "data/processed/bitmaps.json",
}
COMPRESSED["mechanical"] = {
    "files": {
        "samples": MECHANICAL_FIELDS["fields"],
        "about": MECHANICAL_FIELDS["about"],
    },
    "autoencoder": MECHANICAL["autoencoder"],
}
COMPRESSED["bitmaps"] = {  # the images that the fields come from
    "files": {
        "samples": MECHANICAL_FIELDS["bitmaps"],
        "about": MECHANICAL_FIELDS["about_bitmaps"],
    },
    "autoencoder": MECHANICAL["control_autoencoder"],
}
METRICS += [
    "mechanical_solver",
    "mechanical",
    "mechanical_curves",
    "bitmaps",
    "bitmaps_curves",
]
SECTIONS["mechanical"] = {}


wildcard_constraints:
    first=r"\d+",
    element=r"\w+",


rule simulate_blocks:
    input:
        **IMAGES,
    output:
        fields="results/mechanical/blocks{first}.npz",
        metrics="results/mechanical/blocks{first}.parquet",
    log:
        "logs/simulate_blocks/{first}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "count": MECHANICAL["blocks_per_job"],
            **{
                name: MECHANICAL[name]
                for name in ("case", "steps", "element", "refinement")
            },
        },
        code=code_of("mechanical/simulate.py"),
    message:
        "Mechanical MNIST: simulating blocks from image {wildcards.first} on"
    script:
        "../scripts/mechanical/simulate.py"


rule prepare_fields:
    input:
        **MECHANICAL_SOURCES,
    output:
        **MECHANICAL_FIELDS,
    log:
        "logs/prepare_fields.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        is_simulated=MECHANICAL_IS_SIMULATED,
        settings=MECHANICAL_SETTINGS,
        # Simulated fields do not depend on the reader of published files.
        code=code_of(
            "mechanical/prepare.py",
            without=(
                ("dlse.studies.mechanical.published_fields",)
                if MECHANICAL_IS_SIMULATED
                else ()
            ),
        ),
    message:
        "Mechanical MNIST: collecting the fields in one data set"
    script:
        "../scripts/mechanical/prepare.py"


rule check_solver:
    input:
        **IMAGES,
        references=MECHANICAL_REFERENCES,
    output:
        "results/mechanical/checks.parquet",
    log:
        "logs/check_solver.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "element": MECHANICAL["element"],
            "refinement": MECHANICAL["refinement"],
            "references": MECHANICAL["references"] if MECHANICAL_REFERENCES else None,
        },
        code=code_of("mechanical/check.py"),
    message:
        "Mechanical MNIST: checking the solver"
    script:
        "../scripts/mechanical/check.py"


rule compare_elements:
    input:
        **IMAGES,
    output:
        "results/mechanical/element_{element}.parquet",
    log:
        "logs/compare_elements/{element}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(2000),
    params:
        settings=lambda wildcards: {
            "refinements": MECHANICAL_ELEMENTS[wildcards.element],
            "images": MECHANICAL["elements"]["images"],
            "case": MECHANICAL["case"],
        },
        code=code_of("mechanical/compare_elements.py"),
    message:
        "Mechanical MNIST: solving with element {wildcards.element} on finer and finer meshes"
    script:
        "../scripts/mechanical/compare_elements.py"


rule evaluate_solver:
    input:
        parts=[
            *expand(
                "results/mechanical/blocks{first}.parquet", first=MECHANICAL_SHARDS
            ),
            "results/mechanical/checks.parquet",
            *expand(
                "results/mechanical/element_{element}.parquet",
                element=MECHANICAL_ELEMENTS,
            ),
        ],
        references=MECHANICAL_REFERENCES,
    output:
        "results/metrics/mechanical_solver.parquet",
    log:
        "logs/evaluate_solver.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "case": MECHANICAL["case"],
            "references": MECHANICAL["references"] if MECHANICAL_REFERENCES else None,
        },
        code=code_of("mechanical/evaluate.py"),
    message:
        "Mechanical MNIST: comparing energies"
    script:
        "../scripts/mechanical/evaluate.py"


rule evaluate_mechanical:
    input:
        expand(
            "results/mechanical/seed{seed}/autoencoder{latent_dim}.parquet",
            seed=MECHANICAL["seeds"],
            latent_dim=RECONSTRUCTION["latent_dims"],
        ),
        expand("results/mechanical/seed{seed}/pca.parquet", seed=MECHANICAL["seeds"]),
    output:
        metrics="results/metrics/mechanical.parquet",
        curves="results/metrics/mechanical_curves.parquet",
    log:
        "logs/evaluate_mechanical.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "PCA and autoencoders of displacement fields: gathering the errors"
    script:
        "../scripts/dlse/results/gather.py"


use rule evaluate_mechanical as evaluate_bitmaps with:
    input:
        expand(
            "results/bitmaps/seed{seed}/autoencoder{latent_dim}.parquet",
            seed=MECHANICAL["seeds"],
            latent_dim=RECONSTRUCTION["latent_dims"],
        ),
        expand("results/bitmaps/seed{seed}/pca.parquet", seed=MECHANICAL["seeds"]),
    output:
        metrics="results/metrics/bitmaps.parquet",
        curves="results/metrics/bitmaps_curves.parquet",
    log:
        "logs/evaluate_bitmaps.log",
    message:
        "PCA and autoencoders of the blocks' images: gathering the errors"


rule plot_pca_ae_curve_mechanical:
    input:
        metrics="results/metrics/mechanical.parquet",
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


use rule plot_pca_ae_curve_mechanical as plot_spectrum with:
    input:
        images="results/metrics/bitmaps.parquet",
        fields="results/metrics/mechanical.parquet",
    output:
        **figure(
            "mechanical",
            "spectrum",
            "Task 5: Mechanical MNIST",
            "spectra of images and fields",
        ),
    log:
        "logs/plot_spectrum.log",


rule simulate_shown:
    input:
        **IMAGES,
    output:
        "results/mechanical/shown.npz",
    log:
        "logs/simulate_shown.log",
    conda:
        "../envs/dlse.yaml"
    params:
        settings={
            "count": MECHANICAL["shown_blocks"],
            "element": MECHANICAL["element"],
            "refinement": MECHANICAL["refinement"],
        },
        code=code_of("mechanical/simulate_shown.py"),
    message:
        "Mechanical MNIST: solving some blocks in every load case"
    script:
        "../scripts/mechanical/simulate_shown.py"


use rule plot_pca_ae_curve_mechanical as plot_mechanical_blocks with:
    input:
        shown="results/mechanical/shown.npz",
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


use rule plot_pca_ae_curve_mechanical as plot_mechanical_elements with:
    input:
        metrics="results/metrics/mechanical_solver.parquet",
    output:
        **figure(
            "mechanical",
            "mechanical_elements",
            "Task 5: Mechanical MNIST",
            "elements and meshes",
        ),
    log:
        "logs/plot_mechanical_elements.log",
    params:
        element=MECHANICAL["element"],


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
        test_fraction=RECONSTRUCTION["test_fraction"],
        seed=MECHANICAL["seeds"][0],
