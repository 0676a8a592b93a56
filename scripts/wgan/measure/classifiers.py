"""How well classifiers tell generated from true samples of the uniform distribution on the cube
[−1, 1]^d (Lopez-Paz & Oquab 2017, ICLR).

What lies outside the cube is generated for certain. The classifiers differ in what they say of the
rest: all of it is true ("rule"), or what boosted trees or a network have learned.
"""

from collections.abc import Callable

import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingClassifier

from dlse.networks.ensemble import Ensemble
from dlse.networks.ensemble_training import Member, Schedule, train_ensemble

LEARNED, CHOSEN = 1 / 2, 1 / 8  # shares of the samples; the others are scored

# Tells which samples `[n, dim]` are generated.
Classifier = Callable[[np.ndarray], np.ndarray]


def classifier_accuracy(samples: np.ndarray, truth: np.ndarray, seed: int) -> float:
    """How often the best of the classifiers is right: 0.5 if it finds no difference.

    The classifiers learn from a first part of `samples` and of `truth` `[n, dim]` each, the best
    is chosen by a second part, and its accuracy is that on the rest.
    """
    n = min(len(samples), len(truth))
    ends = [round(LEARNED * n), round((LEARNED + CHOSEN) * n)]
    (learned, chosen, scored), true_parts = (np.split(x[:n], ends) for x in (samples, truth))
    best = max(
        (rule, boosted_trees(learned, true_parts[0], seed), network(learned, true_parts[0], seed)),
        key=lambda classifier: accuracy(classifier, chosen, true_parts[1]),
    )
    return accuracy(best, scored, true_parts[2])


def accuracy(classifier: Classifier, samples: np.ndarray, truth: np.ndarray) -> float:
    """How often `classifier` is right about as many generated as true samples."""
    return float((classifier(samples).mean() + 1 - classifier(truth).mean()) / 2)


def rule(x: np.ndarray) -> np.ndarray:
    """The trivial classifier: a sample is generated if it lies outside the cube."""
    return np.abs(x).max(1) > 1


def boosted_trees(samples: np.ndarray, truth: np.ndarray, seed: int) -> Classifier:
    """Gradient boosting of trees on histograms of the `features`."""
    trees = HistGradientBoostingClassifier(
        max_iter=100, max_leaf_nodes=15, early_stopping=False, random_state=seed
    )
    is_generated = np.arange(len(samples) + len(truth)) < len(samples)
    trees.fit(features(np.concatenate([samples, truth])), is_generated)
    return lambda x: rule(x) | trees.predict(features(x))


def features(x: np.ndarray) -> np.ndarray:
    """x, |x|, the largest |xᵢ| and |x|² of samples `[n, dim]`, as `[n, 2 dim + 2]`."""
    size = np.abs(x)
    norm = np.square(x).sum(1, keepdims=True)
    return np.concatenate([x, size, size.max(1, keepdims=True), norm], axis=1)


def network(samples: np.ndarray, truth: np.ndarray, seed: int) -> Classifier:
    """A network with two hidden layers of 64 that learns labels ±1 by least squares, in eight
    epochs."""
    both = _columns(np.concatenate([samples, truth]))
    labels = torch.cat([torch.ones(len(samples)), -torch.ones(len(truth))])
    learner = Ensemble((samples.shape[1], 64, 64, 1), 1)
    learner.initialize("he_normal", [f"{seed}.classifier"])
    batches = max(1, len(samples) // 64)
    schedule = Schedule(steps=8 * batches, batches=batches, decay=1.0)
    train_ensemble(
        learner, [Member(f"{seed}.classifier", 3e-3)], both, labels[None, None], schedule
    )
    return lambda x: rule(x) | (learner.forward(_columns(x))[0, 0] > 0).numpy()


def _columns(x: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(x.T.astype(np.float32, order="C"))[None]
