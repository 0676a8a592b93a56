"""The claims of task 3."""

from functools import partial

import numpy as np
import pandas as pd

from dlse.results.claims import Claim
from dlse.results.estimates import Estimate
from dlse.studies.regularization.estimates import (
    REQUIRED,
    SHIFT,
    estimated,
    lowest_shifted_median,
    mean_rise_in_cell,
    rise,
)
from dlse.studies.regularization.names import trained

ANSWERS = {"l1_narrow": "L1", "l2_narrow": "L2", "dropout_wide": "dropout"}  # to the assignment


def _lowest_elsewhere(rows: pd.DataFrame) -> Estimate | None:
    return lowest_shifted_median(rows, trained(rows.variant), SHIFT)


CLAIMS = (
    *(
        Claim(
            f"{variant}_median", 3, "regularization",
            f"With {name}, the median test error is below the assignment's {{:g}} %",
            "<", REQUIRED, "%", partial(estimated, variant=variant, statistic=np.median),
            "noise seeds", asked=True,
        )
        for variant, name in ANSWERS.items()
    ),
    Claim(
        "dropout_lowers", 3, "regularization",
        "Dropout lowers the mean test error of the wide network: the difference from the same "
        "network without it is below {:g} points",
        "<", 0.0, "points", partial(rise, variant="dropout_wide"), "noise seeds",
    ),
    Claim(
        "dropout_raises_elsewhere", 3, "regularization_jump",
        "As a mean over the places of the jump in its cell, dropout raises the error of the wide "
        "network: the difference is above {:g} points",
        ">", 0.0, "points", partial(mean_rise_in_cell, variant="dropout_wide"), "noise seeds",
    ),
    Claim(
        "jump_elsewhere", 3, "regularization_jump",
        f"With the jump {SHIFT:g} of its cell away from the midpoint, the median error of every "
        "method, with and without regularization, is above {:g} %",
        ">", REQUIRED, "%", _lowest_elsewhere, "noise seeds",
    ),
)  # fmt: skip
