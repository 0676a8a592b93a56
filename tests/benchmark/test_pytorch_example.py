"""The example, with which our CNN is compared, is what its authors published."""

import torch

from dlse.networks.training import as_tensor, n_parameters
from dlse.studies.benchmark.pytorch_example import build_example, example_accuracy, train_example


def test_it_has_the_published_number_of_parameters():
    assert n_parameters(build_example()) == 320 + 18_496 + 1_179_776 + 1_290


def test_it_learns_and_ends_when_told_to(small):
    images = as_tensor(small.train_images).float().repeat(20, 1, 1) / 255
    labels = as_tensor(small.train_labels).long().repeat(20)
    seen = []

    def watch(step, seconds, model):
        seen.append((step, example_accuracy(model, images, labels)))
        return len(seen) == 2

    before = torch.get_rng_state()
    train_example(images, labels, 0, 5, watch)
    assert torch.equal(before, torch.get_rng_state())
    assert [step for step, _ in seen] == [20, 22]
    assert seen[-1][1] > 0.9
