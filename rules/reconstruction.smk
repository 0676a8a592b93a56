# Task 5: PCA against autoencoders, on images and on whatever else another study puts into COMPRESSED.
# Needs: the normalized images.
# Makes: results/metrics/reconstruction*.parquet, results/pca_ae_*.png,
#        results/linear_autoencoder.png, results/reconstruction/;
#        by `snakemake long`, results/long/reconstruction.parquet and results/long/reconstruction/.

RECONSTRUCTION = SETTINGS["reconstruction"]
COMPRESSED["reconstruction"] = {
    "files": {"samples": IMAGES["images"], "about": IMAGES["about"]},
    "autoencoder": RECONSTRUCTION["autoencoder"],
}
RECONSTRUCTION_LONG = RECONSTRUCTION["long"]
RECONSTRUCTION_LONG_NETWORKS = [
    *(f"plain_autoencoder_seed{seed}" for seed in RECONSTRUCTION_LONG["plain_seeds"]),
    *(f"autoencoder_seed{seed}" for seed in RECONSTRUCTION_LONG["seeds"]),
]
LONG += ["reconstruction"]
METRICS += ["reconstruction", "reconstruction_curves", "reconstruction_long"]
SECTIONS["reconstruction"] = {
    "long": shown_table("reconstruction", "long/reconstruction.parquet")
}
OVERVIEW["reconstruction"] = {
    "files": {"metrics": "results/metrics/reconstruction.parquet"}
}
if 2 in RECONSTRUCTION["latent_dims"]:
    EXHIBITS["latent"] = {
        "files": {
            "model": "results/reconstruction/seed{seed}/autoencoder2.safetensors".format(
                seed=RECONSTRUCTION["seeds"][0]
            )
        },
        "settings": {
            "test_fraction": RECONSTRUCTION["test_fraction"],
            "seed": RECONSTRUCTION["seeds"][0],
        },
    }


wildcard_constraints:
    study=r"\w+",
    network="autoencoder|plain_autoencoder",


rule fit_pca:
    input:
        unpack(lambda wildcards: COMPRESSED[wildcards.study]["files"]),
    output:
        pca="results/{study}/seed{seed}/pca.safetensors",
        metrics="results/{study}/seed{seed}/pca.parquet",
    log:
        "logs/fit_pca/{study}_{seed}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        test_fraction=RECONSTRUCTION["test_fraction"],
        code=code_of("reconstruction/fit_pca.py"),
    message:
        "PCA: {wildcards.study}, seed {wildcards.seed}, every latent dimension"
    script:
        "../scripts/reconstruction/fit_pca.py"


rule train_autoencoder:
    input:
        unpack(lambda wildcards: COMPRESSED[wildcards.study]["files"]),
        pca="results/{study}/seed{seed}/pca.safetensors",
    output:
        model="results/{study}/seed{seed}/{network}{latent_dim}.safetensors",
        metrics="results/{study}/seed{seed}/{network}{latent_dim}.parquet",
    log:
        "logs/train_autoencoder/{study}_{seed}_{network}{latent_dim}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(2000),
        gpu=GPUS,
    params:
        settings=lambda wildcards: COMPRESSED[wildcards.study]["autoencoder"],
        test_fraction=RECONSTRUCTION["test_fraction"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("reconstruction/train.py"),
    message:
        "Training {wildcards.network}: {wildcards.study}, seed {wildcards.seed}, latent dimension {wildcards.latent_dim}"
    script:
        "../scripts/reconstruction/train.py"


rule train_linear_autoencoder:
    input:
        pca="results/reconstruction/seed{seed}/pca.safetensors",
        pca_metrics="results/reconstruction/seed{seed}/pca.parquet",
    output:
        "results/reconstruction/seed{seed}/linear_autoencoder{latent_dim}.parquet",
    log:
        "logs/train_linear_autoencoder/{seed}_{latent_dim}.log",
    conda:
        "../envs/dlse.yaml"
    params:
        iterations=RECONSTRUCTION["linear_autoencoder"]["iterations"],
        code=code_of("reconstruction/train_linear.py"),
    message:
        "Linear autoencoder: seed {wildcards.seed}, latent dimension {wildcards.latent_dim}"
    script:
        "../scripts/reconstruction/train_linear.py"


rule evaluate_reconstruction:
    input:
        expand(
            "results/reconstruction/seed{seed}/linear_autoencoder{latent_dim}.parquet",
            # It finds the subspace of PCA or not: one split shows it.
            seed=RECONSTRUCTION["seeds"][:1],
            latent_dim=RECONSTRUCTION["latent_dims"],
        ),
        expand(
            "results/reconstruction/seed{seed}/autoencoder{latent_dim}.parquet",
            seed=RECONSTRUCTION["seeds"],
            latent_dim=RECONSTRUCTION["latent_dims"],
        ),
        expand(
            "results/reconstruction/seed{seed}/plain_autoencoder{latent_dim}.parquet",
            seed=RECONSTRUCTION["seeds"],
            latent_dim=RECONSTRUCTION["plain_latent_dims"],
        ),
        expand(
            "results/reconstruction/seed{seed}/pca.parquet",
            seed=RECONSTRUCTION["seeds"],
        ),
    output:
        metrics="results/metrics/reconstruction.parquet",
        curves="results/metrics/reconstruction_curves.parquet",
    log:
        "logs/evaluate_reconstruction.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "PCA and autoencoders: gathering the errors"
    script:
        "../scripts/dlse/results/gather.py"


rule fit_long_pca:
    input:
        **COMPRESSED["reconstruction"]["files"],
    output:
        pca="results/long/reconstruction/pca.safetensors",
        metrics="results/long/reconstruction/pca.parquet",
    log:
        "logs/fit_long_pca.log",
    conda:
        "../envs/dlse.yaml"
    params:
        latent_dim=RECONSTRUCTION_LONG["latent_dim"],
        code=code_of("reconstruction/fit_long_pca.py"),
    message:
        "PCA of the data set's own training images"
    script:
        "../scripts/reconstruction/fit_long_pca.py"


rule train_long_autoencoder:
    input:
        **COMPRESSED["reconstruction"]["files"],
        pca="results/long/reconstruction/pca.safetensors",
    output:
        model="results/long/reconstruction/{network}_seed{seed}.safetensors",
        metrics="results/long/reconstruction/{network}_seed{seed}.parquet",
    log:
        "logs/train_long_autoencoder/{network}_{seed}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        mem_mb=per_attempt(2000),
        gpu=GPUS,
        runtime=per_attempt(60),
    params:
        latent_dim=RECONSTRUCTION_LONG["latent_dim"],
        settings=RECONSTRUCTION_LONG["autoencoder"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("reconstruction/train_long.py"),
    message:
        "Training {wildcards.network} for long: seed {wildcards.seed}"
    script:
        "../scripts/reconstruction/train_long.py"


rule refine_long_codes:
    input:
        **COMPRESSED["reconstruction"]["files"],
        model="results/long/reconstruction/{network}_seed{seed}.safetensors",
    output:
        "results/long/reconstruction/{network}_seed{seed}_refined.parquet",
    log:
        "logs/refine_long_codes/{network}_{seed}.log",
    conda:
        "../envs/dlse.yaml"
    resources:
        gpu=GPUS,
    params:
        steps=RECONSTRUCTION_LONG["refinements"],
        device=SETTINGS["device"],
        code=code_of("reconstruction/refine_codes.py"),
    message:
        "Refining the codes of {wildcards.network}, seed {wildcards.seed}"
    script:
        "../scripts/reconstruction/refine_codes.py"


rule gather_long_reconstruction:
    input:
        "results/long/reconstruction/pca.parquet",
        expand(
            "results/long/reconstruction/{network}_refined.parquet",
            network=RECONSTRUCTION_LONG_NETWORKS,
        ),
        # The table has the settings of its last part: those of the training.
        expand(
            "results/long/reconstruction/{network}.parquet",
            network=RECONSTRUCTION_LONG_NETWORKS,
        ),
    output:
        metrics="results/long/reconstruction.parquet",
    log:
        "logs/gather_long_reconstruction.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("dlse/results/gather.py"),
    message:
        "PCA and autoencoders, long training: gathering the errors"
    script:
        "../scripts/dlse/results/gather.py"


rule plot_pca_ae_curve:
    input:
        metrics="results/metrics/reconstruction.parquet",
    output:
        **figure(
            "reconstruction",
            "pca_ae_curve",
            "Task 5: PCA and autoencoder",
            "error over latent dimension",
        ),
    log:
        "logs/plot_pca_ae_curve.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        code=code_of("reconstruction/figures.py"),
    script:
        "../scripts/reconstruction/figures.py"


use rule plot_pca_ae_curve as plot_pca_ae_reconstructions with:
    input:
        **IMAGES,
        pca="results/reconstruction/seed{seed}/pca.safetensors".format(
            seed=RECONSTRUCTION["seeds"][0]
        ),
        models=expand(
            "results/reconstruction/seed{seed}/autoencoder{latent_dim}.safetensors",
            seed=RECONSTRUCTION["seeds"][0],
            latent_dim=RECONSTRUCTION["shown_latent_dims"],
        ),
    output:
        **figure(
            "reconstruction",
            "pca_ae_reconstructions",
            "Task 5: PCA and autoencoder",
            "reconstructed images",
        ),
    log:
        "logs/plot_pca_ae_reconstructions.log",
    params:
        latent_dims=RECONSTRUCTION["shown_latent_dims"],
        test_fraction=RECONSTRUCTION["test_fraction"],
        seed=RECONSTRUCTION["seeds"][0],


use rule plot_pca_ae_curve as plot_linear_autoencoder with:
    input:
        metrics="results/metrics/reconstruction.parquet",
    output:
        **figure(
            "reconstruction",
            "linear_autoencoder",
            "Task 5: PCA and autoencoder",
            "linear autoencoder and PCA",
        ),
    log:
        "logs/plot_linear_autoencoder.log",
