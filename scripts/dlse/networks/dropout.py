"""Dropout (Srivastava et al. 2014) for an ensemble of small networks."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlse.networks.ensemble import Ensemble
from dlse.networks.streams import generator


class Dropout:
    """Inverted dropout with one rate and one stream of random numbers per member.

    Each unit is dropped independently at each point and step. The units of a member, ordered by
    step, layer and place, therefore form a Bernoulli process. The gaps between dropped units are
    geometric, so that only as many random numbers are drawn as units are dropped.

    points: the number of points in one step.
    Raises `ValueError` if a rate is outside [0, 1).
    """

    STEPS = 32  # drawn at once

    def __init__(
        self, network: Ensemble, points: int, rates: Sequence[float], seeds: Sequence[int | str]
    ) -> None:
        if not all(0 <= rate < 1 for rate in rates):
            raise ValueError(f"dropout rates must be in [0, 1), got {list(rates)}")
        self._rates = list(rates)
        self._streams = [generator(seed, "dropout") for seed in seeds]
        hidden = network.widths[1:-1]
        self._sizes = torch.tensor(hidden) * points  # values of one member per layer
        self._ends = self._sizes.cumsum(0)
        kept = 1 - torch.tensor(self._rates, dtype=torch.float64)
        self._scale = (1 / kept).to(network.parameters)[:, None, None]
        self._dropped: list[tuple[Tensor, ...]] = []  # per coming step and layer

    def advance(self) -> None:
        """Move on to the next step."""
        if len(self._dropped) < 2:
            self._dropped.clear()  # its memory is that of all its steps
            self._dropped = self._draw()
        else:
            self._dropped.pop(0)

    def dropped(self, layer: int) -> Tensor:
        """The dropped units of `layer` in this step, as indices into its flat `[S, width, N]`."""
        return self._dropped[0][layer]

    def forward(self, layer: int, values: Tensor) -> None:
        """Drop units and scale up the others, in place."""
        values.view(-1).index_fill_(0, self.dropped(layer), 0)
        values.mul_(self._scale)

    def backward(self, layer: int, gradient: Tensor, values: Tensor) -> None:
        """Do the same to the gradient. Undo the scaling of `values`, from which the derivative of
        the activation is computed."""
        gradient.view(-1).index_fill_(0, self.dropped(layer), 0)
        gradient.mul_(self._scale)
        values.div_(self._scale)

    def _draw(self) -> list[tuple[Tensor, ...]]:
        per_step = int(self._ends[-1])
        keys, places = [], []
        for member, (rate, stream) in enumerate(zip(self._rates, self._streams, strict=True)):
            if rate == 0:
                continue
            unit = _bernoulli_process(rate, self.STEPS * per_step, stream)
            step, unit = unit // per_step, unit % per_step
            layer = torch.bucketize(unit, self._ends, right=True)
            place = unit - (self._ends - self._sizes)[layer]
            keys.append(step * len(self._sizes) + layer)
            places.append(member * self._sizes[layer] + place)
        key = torch.cat(keys)
        counts = key.bincount(minlength=self.STEPS * len(self._sizes))
        parts = torch.cat(places)[key.argsort()].to(self._scale.device).split(counts.tolist())
        layers = len(self._sizes)
        return [parts[start : start + layers] for start in range(0, len(parts), layers)]


def _bernoulli_process(rate: float, sites: int, stream: torch.Generator) -> Tensor:
    """Those of the sites 0 … sites − 1, in order, that are hit with probability `rate` each."""
    drawn, end = [], -1
    while end < sites:
        more = int(rate * (sites - end) * 1.1) + 16
        gaps = torch.empty(more, dtype=torch.float64).geometric_(rate, generator=stream)
        hits = end + gaps.cumsum(0).long()
        drawn.append(hits)
        end = int(hits[-1])
    hits = torch.cat(drawn)
    return hits[hits < sites]
