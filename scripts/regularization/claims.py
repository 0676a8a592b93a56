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
    share_rise,
    share_that_passes,
)
from dlse.studies.regularization.names import VARIANT_NAMES

ANSWERS = {"l1_narrow": "L1", "l2_narrow": "L2", "dropout_wide": "dropout"}  # to the assignment


def _lowest_elsewhere(rows: pd.DataFrame) -> Estimate | None:
    trained = [variant for variant in VARIANT_NAMES if variant in set(rows.variant)]
    return lowest_shifted_median(rows, trained, SHIFT)


CLAIMS = (
    *(
        claim
        for variant, name in ANSWERS.items()
        for claim in (
            Claim(
                f"{variant}_median", 3, "regularization",
                f"With {name}, the median test error is below the assignment's {{:g}} %",
                "<", REQUIRED, "%", partial(estimated, variant=variant, statistic=np.median),
                "noise seeds", asked=True,
            ),
            Claim(
                f"{variant}_share", 3, "regularization",
                f"With {name}, at least {{:g}} % of the networks have a test error below "
                f"{REQUIRED:g} %",
                "≥", 90.0, "%", partial(estimated, variant=variant, statistic=share_that_passes),
                "noise seeds",
            ),
        )
    ),
    *(
        Claim(
            f"{method}_raises_share", 3, "regularization",
            f"{name} raises the share of networks below {REQUIRED:g} %: the difference from the "
            "same network without it is above {:g} points",
            ">", 0.0, "points", partial(share_rise, variant=f"{method}_narrow"), "noise seeds",
        )
        for method, name in (("l1", "L1"), ("l2", "L2"))
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
    Claim(
        "kinks", 3, "regularization_ablation",
        "With all kinks of the first layer at zero instead of spread, the median test error is "
        "above {:g} %",
        ">", REQUIRED, "%", partial(estimated, variant="kinks_at_zero", statistic=np.median),
        "noise seeds",
    ),
)  # fmt: skip
