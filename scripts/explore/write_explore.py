"""Write the page to play with, from the trained networks."""

import numpy as np

from dlse.images.dataset import image_files, load_dataset, load_samples
from dlse.results.labels import display_name
from dlse.studies.explore.exhibits import blocks, digit, generators, latent, relu
from dlse.studies.explore.page import page
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file


def write(data: dict[str, str], exhibits: dict[str, dict], is_preview: bool, html: str) -> None:
    """Write the page to `html`.

    exhibits: by the name of an exhibit, the `files` and the `settings` that the function of the
        same name takes. Those without a study or without a trained network are not there.
    """
    dataset = load_dataset(**data)
    about = {
        "dataset": display_name(dataset.label),
        "noun": "digit" if dataset.name in ("mnist", "digits") else "image",
        "is_stand_in": dataset.is_stand_in,
        "is_preview": is_preview,
    }
    make = {
        "digit": lambda **given: digit(dataset, **given),
        "latent": lambda **given: latent(
            load_samples(data["images"], data["about"]), dataset.labels, **given
        ),
        "relu": relu,
        "generators": generators,
        # As the blocks are: test images first.
        "blocks": lambda **given: blocks(labels=np.roll(dataset.labels, -dataset.n_train), **given),
    }
    found = {
        name: make[name](**exhibit["files"], **exhibit["settings"])
        for name, exhibit in exhibits.items()
    }
    with whole_file(html) as beside:
        beside.write_text(page(about, found), encoding="utf-8")
    print(f"{html}: {', '.join(found)}")


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(
            data=image_files(snakemake.input),
            exhibits=snakemake.params.exhibits,
            is_preview=snakemake.params.is_preview,
            html=snakemake.output[0],
        )
