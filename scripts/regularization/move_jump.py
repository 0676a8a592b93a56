"""Score the trained functions of task 3 as if the jump were elsewhere in its cell, and linear
interpolation beside them.

The networks never see the inside of a cell: with the jump elsewhere between the same two points,
the data are the same, and so are the networks. Only the truth at the test points in the cell is
another.
"""

from collections.abc import Mapping

import numpy as np
import torch

from dlse.studies.regularization.measures import half_open, interpolation, jump_cell, part_errors
from dlse.studies.regularization.names import INTERPOLATION
from dlse.workflow.arrays import load_array
from dlse.workflow.job import job
from dlse.workflow.tables import Metrics

PLACES = [tenth / 10 for tenth in range(1, 10)]  # of the jump, as a share of its cell


def move(
    functions: Mapping[str, list[str]], noise_seeds: list[int], jump: str, interpolated: str
) -> None:
    """Write the errors of all `functions`, the files of each variant's blocks of `noise_seeds`, and
    of linear interpolation, with the jump at each of the `PLACES`; and the errors `interpolated`
    of linear interpolation in all parts of the interval, with the jump at its place."""
    low, high = jump_cell()
    values = {
        variant: torch.from_numpy(np.concatenate([load_array(path) for path in paths]))
        for variant, paths in functions.items()
    }  # [noise seeds, initializations, test points]
    values[INTERPOLATION] = interpolation(noise_seeds)[:, None]
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
    rows.write(jump)
    line = Metrics("regularization", "oscillatory function", variant=INTERPOLATION)
    for metric, errors in part_errors(values[INTERPOLATION][:, 0]).items():
        for noise, error in zip(noise_seeds, errors, strict=True):
            line.add(metric, float(error), seed=noise)
    line.write(interpolated)


if __name__ == "__main__":
    with job(snakemake.log[0]):
        move({**snakemake.input}, snakemake.params.noise_seeds, **snakemake.output)
