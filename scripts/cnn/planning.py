"""The trials of the hyper-parameter search, for the rules."""

import itertools


def combinations(base: dict, grid: dict[str, list]) -> dict[str, dict]:
    """`base` with each combination of the values in `grid`, by a name that lists these values."""
    varied = {name: values for name, values in grid.items() if values}
    named = {}
    for values in itertools.product(*varied.values()):
        setting = dict(zip(varied, values, strict=True))
        name = "-".join(f"{key}_{value}" for key, value in setting.items()) or "base"
        named[name] = {**base, **setting}
    return named
