# Needs: MNIST in data/raw, in a folder or behind an address of data.sources; else the digits
#        that scikit-learn carries.
# Makes: data/processed/images.npy, labels.npy and images.json, the normalized images.


def local_image_files(wildcards):
    """The files that are there already; a change of them, or a new one, is noticed."""
    dataset = SETTINGS["data"]["dataset"]
    if dataset == "digits":
        return []
    folders = ["data/raw", *SETTINGS["data"]["sources"]]
    if dataset not in ("auto", "mnist"):
        folders = [dataset]
    return [
        str(path)
        for folder in folders
        if "://" not in folder
        for path in local_files(Path(folder))
    ]


rule prepare_images:
    input:
        local_image_files,
    output:
        **IMAGES,
    log:
        "logs/prepare_images.log",
    conda:
        "../envs/dlse.yaml"
    params:
        dataset=SETTINGS["data"]["dataset"],
        raw="data/raw",
        sources=SETTINGS["data"]["sources"],
        modules=modules_of("prepare_images.py"),
    message:
        "Finding and verifying the images ({params.dataset})"
    script:
        "../scripts/prepare_images.py"
