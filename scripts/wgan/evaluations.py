"""Evaluations along a training: evenly spaced, and close together where a run becomes accurate."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from dlse.networks.streams import generator
from dlse.studies.wgan.cost import ACCURACY, reach
from dlse.studies.wgan.measure.readings import READINGS, SLOW, Readings
from dlse.studies.wgan.networks import Generators, State
from dlse.workflow.tables import Metrics

NEAR = 1.3  # times the required accuracy: a reading below it is near


class Evaluations:
    """Measures the averaged generators of S runs. Its method `watch` is for `train_wgan`, to be
    called after every `resolution` steps.

    Every run is measured after each `every` steps; by the readings in `SLOW`, only until it is
    accurate. Between two of these evaluations, it is also measured after each `resolution` steps,
    for those of the other readings that are near the required accuracy at one of the two and have
    not been accurate before. For this the averaged weights of the interval are kept.

    samples: drawn from each generator.
    readings: those by which the runs are measured.
    rows: receive the values, with the split "averaged", or "between" for those of the close steps.
    """

    def __init__(
        self, dim: int, samples: int, seeds: Sequence[int], every: int, resolution: int,
        rows: Metrics, readings: Sequence[str] = READINGS,
    ) -> None:  # fmt: skip
        self._readings = Readings(dim, samples)
        self._samples, self._seeds, self._rows = samples, seeds, rows
        self._every, self._resolution = every, resolution
        self._kept: list[tuple[int, Tensor]] = []  # steps of this interval, with their weights
        self._used = readings
        self._before = {seed: dict.fromkeys(readings, np.inf) for seed in seeds}
        self._values = {seed: {reading: [] for reading in readings} for seed in seeds}

    def watch(self, state: State) -> dict[int, dict[str, float]]:
        """Measure what is due after `state.step` steps. Returns the evenly spaced values of each
        seed, or nothing between two of them."""
        weights = state.averaged.network.parameters
        if state.step % self._every:
            if state.step % self._resolution == 0:
                self._kept.append((state.step, weights.clone()))
            return {}
        drawn = self.draw(state.averaged, "averaged", state.step)
        found = {
            seed: self._readings.values(of_seed, self._due(seed))
            for seed, of_seed in zip(self._seeds, drawn, strict=True)
        }
        now = weights.clone()
        near = {seed: self._near(seed, values) for seed, values in found.items()}
        for step, kept in self._kept if any(near.values()) else ():
            weights.copy_(kept)
            drawn = self.draw(state.averaged, "averaged", step)
            for seed, of_seed in zip(self._seeds, drawn, strict=True):
                open_ = [r for r in near[seed] if not self._is_accurate(seed, r)]
                self._record(seed, step, self._readings.values(of_seed, open_), "between")
        weights.copy_(now)
        for seed, values in found.items():
            self._record(seed, state.step, values, "averaged")
        self._before = found
        self._kept.clear()
        return found

    def draw(self, generators: Generators, weights: str, step: int) -> np.ndarray:
        """Samples `[S, n, dim]`. The stream belongs to the evaluation, so that no run depends on
        how often another one is evaluated."""
        streams = [generator(seed, f"{weights} evaluation {step}") for seed in self._seeds]
        return generators.samples(self._samples, streams).numpy()

    def headlines(self, samples: np.ndarray) -> list[float]:
        """The headline of the samples `[S, n, dim]` of each run."""
        return [self._readings.values(of_seed, ["headline"])["headline"] for of_seed in samples]

    def _due(self, seed: int) -> list[str]:
        """The readings by which one run is measured at an evenly spaced evaluation."""
        return [r for r in self._used if r not in SLOW or not self._is_accurate(seed, r)]

    def _near(self, seed: int, values: dict[str, float]) -> list[str]:
        """The readings of one run that are near at an end of this interval, and not accurate
        before it."""
        return [
            reading
            for reading, value in values.items()
            if reading not in SLOW
            and min(value, self._before[seed][reading]) < NEAR * ACCURACY
            and not self._is_accurate(seed, reading)
        ]

    def _is_accurate(self, seed: int, reading: str) -> bool:
        return reach(self._values[seed][reading]).evaluation is not None

    def _record(self, seed: int, step: int, values: dict[str, float], split: str) -> None:
        for reading, value in values.items():
            self._values[seed][reading].append(value)
            self._rows.add(reading, value, seed=seed, split=split, step=step)
