"""Score the trained functions of task 3 as if the jump were elsewhere in its cell.

The networks never see the inside of a cell: with the jump elsewhere between the same two points,
the data are the same, and so are the networks. Only the truth at the test points in the cell is
another.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from dlse.networks.oscillatory import OSCILLATORY, oscillatory
from dlse.networks.problems import rel_l2
from dlse.studies.regularization.networks import jump_cell, part_errors
from dlse.studies.regularization.peers import INTERPOLATION, peer
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

PLACES = [tenth / 10 for tenth in range(1, 10)]  # of the jump, as a share of its cell


def move(functions: Mapping[str, list[str]], noise_seeds: list[int], metrics: str) -> None:
    """Write the errors of all `functions`, the files of each variant's blocks of `noise_seeds`, and
    of linear interpolation, with the jump at each of the `PLACES`."""
    low, high = jump_cell()
    values = {
        variant: torch.from_numpy(np.concatenate([load_array(path) for path in paths]))
        for variant, paths in functions.items()
    }  # [noise seeds, initializations, test points]
    values[INTERPOLATION] = peer(INTERPOLATION, noise_seeds)[:, None]
    rows = Metrics("regularization_jump", "oscillatory function")
    for variant, of in values.items():
        for place in PLACES:
            errors = part_errors(of.double(), low + place * (high - low))["rel_l2"]
            for (row, k), error in np.ndenumerate(errors.numpy()):
                rows.add(
                    "rel_l2", float(error), variant=variant, seed=noise_seeds[row],
                    initialization_seed=k, place=place,
                )  # fmt: skip
    for noise, error in zip(noise_seeds, half_open(noise_seeds), strict=True):
        rows.add("rel_l2_half_open", float(error), variant=INTERPOLATION, seed=noise)
    rows.write(metrics)


def half_open(noise_seeds: list[int]) -> Tensor:
    """The errors `[S]` of linear interpolation if the same number of uniform points leaves out the
    right end of the interval. The jump is then at one of the points, which is the right end of its
    cell. To the right of the last point, its value is kept."""
    n = OSCILLATORY.points
    x = torch.linspace(OSCILLATORY.low, OSCILLATORY.high, n + 1, dtype=torch.float64)[:-1]
    x[n // 2] = 0.0  # without rounding
    at, truth = OSCILLATORY.test()
    noise = OSCILLATORY.data(noise_seeds) - oscillatory(OSCILLATORY.x())
    values = [np.interp(at, x, y) for y in (oscillatory(x) + noise).numpy()]
    return rel_l2(torch.from_numpy(np.stack(values)), truth)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        move({**snakemake.input}, snakemake.params.noise_seeds, snakemake.output[0])
