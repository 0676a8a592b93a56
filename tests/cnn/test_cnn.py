"""The CNN, its augmentation and its training."""

import torch

from dlse.images.digits import digits
from dlse.networks.streams import generator
from dlse.networks.training import batches, fitting_batch_size, n_parameters
from dlse.studies.cnn.network import (
    Settings,
    accuracy_and_loss,
    build_cnn,
    evaluate_cnn,
    random_affine,
    train_cnn,
)

SETTINGS = Settings(
    width=4, learning_rate=0.02, weight_decay=0.01, augmentation=0.5, label_smoothing=0.0,
    batch_size=64, epochs=6,
)  # fmt: skip


def data():
    found = digits()
    return [
        torch.from_numpy(part)
        for part in (
            (found.train_images / 255).astype("float32"),
            found.train_labels.astype("int64"),
            (found.test_images / 255).astype("float32"),
            found.test_labels.astype("int64"),
        )
    ]


def test_the_parameters_are_those_of_the_drawing():
    w = 16
    convolutions = 9 * (w + w * 2 * w + (2 * w) ** 2 + 2 * w * 4 * w + (4 * w) ** 2)
    normalizations = 2 * (2 * w + 2 * w + 4 * w + 4 * w)
    assert n_parameters(build_cnn(w)) == convolutions + w + normalizations + 10 * 4 * w + 10


def test_the_network_learns_digits_and_repeats_exactly():
    images, labels, test_images, test_labels = data()
    watched = {"test": (test_images, test_labels)}
    first, second = (
        train_cnn(SETTINGS, 0, images, labels, watched, torch.float32) for _ in range(2)
    )
    accuracies = [record["test_accuracy"] for record in first[1]]
    assert accuracies == [record["test_accuracy"] for record in second[1]]
    assert accuracies[-1] > 0.9
    # The network of the last epoch is returned, and counting FLOPs leaves it unchanged.
    assert evaluate_cnn(first[0], test_images, test_labels)[0] == accuracies[-1]
    other = train_cnn(SETTINGS, 1, images, labels, {}, torch.float32)[0]
    assert not torch.equal(other[1].weight, first[0][1].weight)


def test_watching_does_not_change_the_training():
    images, labels, test_images, test_labels = data()
    watched = {"test": (test_images, test_labels)}
    with_it = train_cnn(SETTINGS, 3, images[:300], labels[:300], watched, torch.float32)[0]
    without = train_cnn(SETTINGS, 3, images[:300], labels[:300], {}, torch.float32)[0]
    for a, b in zip(with_it.parameters(), without.parameters(), strict=True):
        assert torch.equal(a, b)


def test_augmentation_of_strength_zero_is_none_and_of_one_is_small():
    images = data()[0][:200, None]
    stream = generator(0, "augmentation")
    assert random_affine(images, 0.0, stream) is images
    moved = random_affine(images, 1.0, stream)
    assert moved.shape == images.shape
    assert moved.min() >= 0
    assert moved.max() <= 1 + 1e-6
    # Every image moves in its own way, and none loses most of its ink.
    same = random_affine(images[:1].expand(50, -1, -1, -1), 1.0, stream)
    assert len({tuple(x.flatten().tolist()) for x in same}) == 50
    ink = moved.sum((1, 2, 3)) / images.sum((1, 2, 3))
    assert 0.5 < ink.min() < ink.max() < 1.6


def test_accuracy_and_loss_of_known_probabilities():
    p = torch.full((4, 10), 0.02)
    p[torch.arange(4), torch.tensor([1, 2, 3, 4])] = 0.82
    accuracy, loss = accuracy_and_loss(p, torch.tensor([1, 2, 3, 9]))
    assert accuracy == 0.75
    expected = -(3 * torch.tensor(0.82).log() + torch.tensor(0.02).log()) / 4
    assert abs(loss - expected.item()) < 1e-6


def test_batches_are_whole_and_disjoint():
    drawn = torch.cat(list(batches(103, 10, generator(0, "order"))))
    assert len(drawn) == len(set(drawn.tolist())) == 100


def test_a_small_set_still_makes_fifty_batches():
    assert fitting_batch_size(128, 60_000) == 128
    assert fitting_batch_size(128, 1_438) == 28
    assert fitting_batch_size(128, 3) == 2
