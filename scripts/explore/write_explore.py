"""Write the page to play with, from the trained networks."""

import numpy as np

from dlse.images.dataset import image_files, load_dataset, load_samples
from dlse.results.labels import display_name
from dlse.studies.explore import exhibits
from dlse.studies.explore.page import page
from dlse.workflow.job import job
from dlse.workflow.whole_files import whole_file


def write(
    data: dict[str, str],
    cnn: str,
    autoencoder: list[str],
    birth: str,
    generators: list[str],
    blocks: str,
    settings: dict,
    html: str,
) -> None:
    """Write the page to `html`.

    autoencoder: the file of the one with two latent dimensions, or none if it was not trained.
    generators: files of trained generators; `settings` names the run of each. There may be none.
    settings: is_preview; split, test_fraction and seed of the autoencoder; schedule of task 2;
        runs, the name of the run of each of the generators; case, the load case of the blocks.
    """
    dataset = load_dataset(**data)
    about = {
        "dataset": display_name(dataset.label),
        "is_stand_in": dataset.is_stand_in,
        "is_preview": settings["is_preview"],
    }
    found = {"digit": exhibits.digit(dataset, cnn)}
    if autoencoder:
        samples = load_samples(data["images"], data["about"])
        found["latent"] = exhibits.latent(
            samples, dataset.labels, *autoencoder, **settings["split"]
        )
    else:
        found["latent"] = {
            "missing": "No autoencoder with 2 latent dimensions was trained: the setting "
            "reconstruction.latent_dims lacks 2."
        }
    found["relu"] = exhibits.relu(birth, settings["schedule"])
    if generators:
        found["generators"] = exhibits.generators(generators, settings["runs"])
    else:
        found["generators"] = {
            "missing": "No run of wgan.runs in the settings has a linear output and several noise "
            "dimensions."
        }
    # As the blocks are: test images first.
    labels = np.roll(dataset.labels, -dataset.n_train)
    found["blocks"] = exhibits.blocks(blocks, settings["case"], labels)
    with whole_file(html) as beside:
        beside.write_text(page(about, found), encoding="utf-8")
    print(f"{html}: {', '.join(name for name in found if 'missing' not in found[name])}")


if __name__ == "__main__":
    with job(snakemake.log[0]):
        write(
            data=image_files(snakemake.input),
            cnn=snakemake.input.cnn,
            autoencoder=list(snakemake.input.autoencoder),
            birth=snakemake.input.birth,
            generators=list(snakemake.input.generators),
            blocks=snakemake.input.blocks,
            settings=snakemake.params.settings,
            html=snakemake.output[0],
        )
