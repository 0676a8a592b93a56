"""Measure what a CNN costs to certain accuracies, against the recipe of PyTorch's example."""

import statistics

from torch import nn

from dlse.images.dataset import load_dataset
from dlse.networks.hardware import resolve_precision
from dlse.networks.training import as_tensor
from dlse.results.timing import ratios
from dlse.studies.benchmark.pytorch_example import example_accuracy, train_example
from dlse.studies.cnn.network import Settings, evaluate_cnn, train_cnn
from dlse.workflow.job import job
from dlse.workflow.tables import metrics_table, write_table


def compare(
    data: dict[str, str], model: dict, targets: list[dict], seeds: list[int], example: dict,
    precision: str, metrics: str,
) -> None:  # fmt: skip
    """Write the CPU seconds to each accuracy on the test images: of ours, a short training
    planned for it, the same for each seed; of the peer, one long training, looked at along the
    way. Both find out only by looking, which is not counted."""
    dataset = load_dataset(**data)
    images, labels = as_tensor(dataset.images), as_tensor(dataset.labels)
    n = dataset.n_train
    test = (images[n:], labels[n:])
    rows = []

    def add(accuracy: float, peer: str, metric: str, value: float, unit: str, **more) -> None:
        rows.append({"study": "benchmark", "dataset": dataset.label, "variant": "cnn",
                     "peer": peer, "accuracy": accuracy, "metric": metric, "value": value,
                     "unit": unit, **more})  # fmt: skip

    ours = {}
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
        ours[goal] = seconds
        median = statistics.median(seconds)
        add(goal, "ours", "cpu_seconds", median, "CPU s")
        print(f"{goal}: ours {median:.1f} CPU s, {sum(reached)} of {len(seeds)} reach it")

    left = sorted(ours)

    def watch(step: int, seconds: float, network: nn.Module) -> bool:
        accuracy = example_accuracy(network, *test)
        add(accuracy, "PyTorch's example", "cpu_seconds_along", seconds, "CPU s", step=step)
        print(f"step {step}: {accuracy:.4f}, {seconds:.0f} CPU s")
        while left and accuracy >= left[0]:
            goal = left.pop(0)
            add(goal, "PyTorch's example", "cpu_seconds", seconds, "CPU s")
            for metric, value in ratios([seconds] * len(ours[goal]), ours[goal]).items():
                add(goal, "PyTorch's example", metric, value, "CPU s/CPU s")
        return not left

    train_example(images[:n], labels[:n], example["seed"], example["epochs"], watch)
    write_table(metrics_table(rows), metrics)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        compare(
            data={name: snakemake.input[name] for name in ("images", "labels", "about")},
            **snakemake.params.settings,
            precision=snakemake.params.precision,
            metrics=snakemake.output[0],
        )
