# Needs: MNIST in data/raw, or in a folder or at an address of data.sources; otherwise the digits
#        that come with scikit-learn.
# Makes: data/processed/images.npy, labels.npy and images.json, the normalized images.

from dlse.images.file_names import local_image_files


rule prepare_images:
    input:
        local_image_files(SETTINGS["data"]),
    output:
        **IMAGES,
    log:
        "logs/prepare_images.log",
    localrule: True
    conda:
        "../envs/dlse.yaml"
    params:
        dataset=SETTINGS["data"]["dataset"],
        raw="data/raw",
        sources=SETTINGS["data"]["sources"],
        # Checksums verify MNIST and the digits, so the modules that read them cannot matter.
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
