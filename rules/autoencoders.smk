# PCA and autoencoders of everything that the studies put into COMPRESSED. By its name:
#   files               the samples and their description
#   latent_dims         of the autoencoders
#   plain_latent_dims   of those that begin at random weights alone
#   autoencoder         how they are trained
#   test_fraction       of the random splits; None for the data set's own split
# An entry without latent_dims or test_fraction has those of task 5, and no plain autoencoder if it
# does not ask for one.
# Needs: these files.
# Makes: results/<name>/seed*/pca.* and *autoencoder*.

for compressed in COMPRESSED.values():
    for key in ("latent_dims", "test_fraction"):
        compressed.setdefault(key, SETTINGS["reconstruction"][key])


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


# One job trains the networks of all latent dimensions of a seed.
for study, compressed in COMPRESSED.items():
    for network, latent_dims in (
        ("autoencoder", compressed["latent_dims"]),
        ("plain_autoencoder", compressed.get("plain_latent_dims")),
    ):
        if latent_dims:

            rule:
                name:
                    f"train_{network}_{study}"
                input:
                    **compressed["files"],
                    pca=f"results/{study}/seed{{seed}}/pca.safetensors",
                output:
                    models=[
                        f"results/{study}/seed{{seed}}/{network}{d}.safetensors"
                        for d in latent_dims
                    ],
                    metrics=[
                        f"results/{study}/seed{{seed}}/{network}{d}.parquet"
                        for d in latent_dims
                    ],
                log:
                    f"logs/train_{network}/{study}_{{seed}}.log",
                conda:
                    "../envs/dlse.yaml"
                resources:
                    mem_mb=per_attempt(2000),
                    gpu=GPUS,
                    runtime=per_attempt(60),
                params:
                    study=study,
                    network=network,
                    latent_dims=latent_dims,
                    settings=compressed["autoencoder"],
                    test_fraction=compressed["test_fraction"],
                    precision=SETTINGS["precision"],
                    device=SETTINGS["device"],
                    code=code_of("reconstruction/train.py"),
                message:
                    "Training {params.network}: {params.study}, seed {wildcards.seed}, latent dimensions {params.latent_dims}"
                script:
                    "../scripts/reconstruction/train.py"
