"""Classify the test images by their nearest training images."""

from dlse.images.dataset import image_files, load_dataset
from dlse.studies.neighbors.neighbors import neighbor_accuracy
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics


def evaluate(data: dict[str, str], counts: list[int], train_images: int, metrics: str) -> None:
    """Write the test accuracy for each number of neighbors."""
    dataset = load_dataset(**data)
    n = dataset.n_train
    train = (dataset.images[:n][:train_images], dataset.labels[:n][:train_images])
    found = neighbor_accuracy(train, (dataset.images[n:], dataset.labels[n:]), counts)
    rows = Metrics("neighbors", dataset.label)
    for count, accuracy in found.items():
        rows.add("accuracy", accuracy, split="test", neighbors=count)
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        evaluate(
            data=image_files(snakemake.input),
            metrics=snakemake.output[0],
            **snakemake.params.settings,
        )
