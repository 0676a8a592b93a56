# Task 5: PCA against autoencoders.
# Needs: the normalized images; the rules of autoencoders.smk.
# Makes: results/metrics/reconstruction*.parquet and official.parquet, results/pca_ae_*.png,
#        results/reconstruction/, results/official/.

RECONSTRUCTION = SETTINGS["reconstruction"]
COMPRESSED["reconstruction"] = {
    "files": {"samples": IMAGES["images"], "about": IMAGES["about"]},
    "autoencoder": RECONSTRUCTION["autoencoder"],
    "test_fraction": SETTINGS["data"]["test_fraction"],
}
METRICS += ["reconstruction", "reconstruction_curves"]
# The data set's own training and test images, with which published errors are compared.
if RECONSTRUCTION["official"]["latent_dims"]:
    COMPRESSED["official"] = {
        "files": COMPRESSED["reconstruction"]["files"],
        "autoencoder": RECONSTRUCTION["official"]["autoencoder"],
        "test_fraction": None,
    }
    METRICS += ["official"]
SECTIONS["reconstruction"] = {}
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
            "test_fraction": SETTINGS["data"]["test_fraction"],
            "seed": RECONSTRUCTION["seeds"][0],
        },
    }


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
            latent_dim=RECONSTRUCTION["linear_autoencoder"]["latent_dims"],
        ),
        expand(
            "results/reconstruction/seed{seed}/autoencoder{latent_dim}.parquet",
            seed=RECONSTRUCTION["seeds"],
            latent_dim=RECONSTRUCTION["latent_dims"],
        ),
        expand(
            "results/reconstruction/seed{seed}/plain_autoencoder{latent_dim}.parquet",
            seed=RECONSTRUCTION["plain_autoencoder"]["seeds"],
            latent_dim=RECONSTRUCTION["plain_autoencoder"]["latent_dims"],
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


use rule evaluate_reconstruction as evaluate_official with:
    input:
        expand(
            "results/official/seed{seed}/pca.parquet",
            seed=RECONSTRUCTION["official"]["seeds"],
        ),
        expand(
            "results/official/seed{seed}/autoencoder{latent_dim}.parquet",
            seed=RECONSTRUCTION["official"]["seeds"],
            latent_dim=RECONSTRUCTION["official"]["latent_dims"],
        ),
    output:
        metrics="results/metrics/official.parquet",
    log:
        "logs/evaluate_official.log",
    message:
        "PCA and autoencoders on the data set's own split: gathering the errors"


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
        test_fraction=SETTINGS["data"]["test_fraction"],
        seed=RECONSTRUCTION["seeds"][0],
