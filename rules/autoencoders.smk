# PCA and autoencoders of everything that the studies put into COMPRESSED. By its name:
#   files               the samples and their description
#   autoencoder         how the networks are trained
#   test_fraction       of the random splits; None for the data set's own split
# Needs: these files.
# Makes: results/<name>/seed*/pca.* and *autoencoder*.


wildcard_constraints:
    study="|".join(COMPRESSED),
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
        test_fraction=lambda wildcards: COMPRESSED[wildcards.study]["test_fraction"],
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
        runtime=per_attempt(60),
    params:
        settings=lambda wildcards: COMPRESSED[wildcards.study]["autoencoder"],
        test_fraction=lambda wildcards: COMPRESSED[wildcards.study]["test_fraction"],
        precision=SETTINGS["precision"],
        device=SETTINGS["device"],
        code=code_of("reconstruction/train.py"),
    message:
        "Training {wildcards.network}: {wildcards.study}, seed {wildcards.seed}, latent dimension {wildcards.latent_dim}"
    script:
        "../scripts/reconstruction/train.py"
