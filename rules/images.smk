# Needs: MNIST in data/raw, in a folder or behind an address of data.sources; else the digits
#        that scikit-learn carries.
# Makes: data/processed/images.npy, labels.npy and images.json, the normalized images.


localrules:
    prepare_images,


def local_image_files(data):
    """The image files that are there already; a change of them, or a new one, is noticed.

    `data` is the section of the config.
    """
    match data["dataset"]:
        case "digits":
            folders = []
        case "auto" | "mnist":
            folders = ["data/raw", *data["sources"]]
        case folder:
            folders = [folder]
    local = [Path(folder) for folder in folders if "://" not in folder]
    return [str(path) for folder in local for path in local_files(folder)]


rule prepare_images:
    input:
        local_image_files(SETTINGS["data"]),
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
        # The content of MNIST and of the digits is verified, however it was read.
        code=code_of(
            "dlse/images/prepare.py",
            without=(
                (
                    "dlse.images.digits",
                    "dlse.images.downloads",
                    "dlse.images.readers",
                )
                if SETTINGS["data"]["dataset"] in ("auto", "mnist", "digits")
                else ()
            ),
        ),
    message:
        "Finding and verifying the images ({params.dataset})"
    script:
        "../scripts/dlse/images/prepare.py"
