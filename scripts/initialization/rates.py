"""Task 4: the choice of the learning rates."""

import pandas as pd

from dlse.studies.initialization.networks import family


def best_rates(errors: pd.DataFrame) -> dict[str, float]:
    """For each initialization in `errors`, which has the training error `value` of each network at
    one depth and with one optimizer, its `variant` and its `learning_rate`: the rate with the least
    mean error. A network that diverged counts as 100 %, the error of zero.

    Normal and uniform weights of one family are judged together and get the same rate, so that a
    comparison of the two differs in the distribution alone.
    """
    families = errors.variant.map(family)
    means = errors.value.clip(upper=1.0).groupby([families, errors.learning_rate]).mean()
    best = {name: of.droplevel(0).idxmin() for name, of in means.groupby(level=0)}
    return {name: float(best[family(name)]) for name in errors.variant.unique()}
