"""Measure the CPU seconds that our CNN and PyTorch's example take to certain accuracies."""

import statistics

from torch import nn

from dlse.images.dataset import image_files, load_dataset
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor
from dlse.results.timing import ratios
from dlse.studies.benchmark.pytorch_example import example_accuracy, train_example
from dlse.studies.cnn.network import Settings, evaluate_cnn, train_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

EXAMPLE = "PyTorch's example"


def compare(
    data: dict[str, str], model: dict, targets: list[dict], seeds: list[int], example: dict,
    precision: str, metrics: str,
) -> None:  # fmt: skip
    """Write the CPU seconds to each target, an accuracy on the test images.

    Our CNN is trained for each target and seed, for as long as the target's settings say. The
    example is trained once and evaluated along the way, until it has reached all targets. The time
    of evaluation does not count.
    """
    dataset = load_dataset(**data)
    images, labels = as_tensor(dataset.images), as_tensor(dataset.labels)
    n = dataset.n_train
    test = (images[n:], labels[n:])
    rows = Metrics("benchmark", dataset.label, variant="cnn")
    our_seconds = {}
    for target in targets:
        goal, used = target["accuracy"], min(n, target["train_images"])
        own = {name: target[name] for name in ("width", "batch_size") if target[name] is not None}
        settings = Settings(**{**model, **own}, epochs=target["epochs"])
        seconds, reached = [], []
        for seed in seeds:
            network, records, _ = train_cnn(
                settings, seed, images[:used], labels[:used], {}, resolve_precision(precision)
            )
            accuracy, _ = evaluate_cnn(network, *test)
            seconds.append(records[-1]["cpu_seconds"])
            reached.append(accuracy >= goal)
        our_seconds[goal] = seconds
        median = statistics.median(seconds)
        of_ours = {"peer": "ours", "accuracy": goal, "rounds": len(seeds)}
        rows.add("cpu_seconds", median, "CPU s", **of_ours)
        rows.add("reached", sum(reached) / len(seeds), **of_ours)
        print(f"{goal}: {median:.1f} CPU s, reached with {sum(reached)} of {len(seeds)} seeds")

    left = sorted(our_seconds)

    def watch(step: int, seconds: float, network: nn.Module) -> bool:
        accuracy = example_accuracy(network, *test)
        along = {"peer": EXAMPLE, "accuracy": accuracy, "step": step}
        rows.add("cpu_seconds_along", seconds, "CPU s", **along)
        print(f"step {step}: {accuracy:.4f}, {seconds:.0f} CPU s")
        while left and accuracy >= left[0]:
            goal = left.pop(0)
            of_peer = {"peer": EXAMPLE, "accuracy": goal, "rounds": 1}
            rows.add("cpu_seconds", seconds, "CPU s", **of_peer)
            for metric, value in ratios([seconds], our_seconds[goal]).items():
                rows.add(metric, value, "CPU s/CPU s", **of_peer)
        return not left

    train_example(images[:n], labels[:n], example["seed"], example["epochs"], watch)
    rows.write(metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data=image_files(snakemake.input),
            **snakemake.params.settings,
            precision=snakemake.params.precision,
            metrics=snakemake.output[0],
        )
