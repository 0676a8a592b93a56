"""The names of the methods and variants of task 3 in figures and in the report."""

from collections.abc import Iterable

METHOD_NAMES = {"none": "none", "l1": "L1", "l2": "L2", "dropout": "dropout"}
VARIANT_NAMES = {  # each method with each recipe
    f"{method}_{recipe}": f"{name} ({recipe})"
    for recipe in ("narrow", "wide")
    for method, name in METHOD_NAMES.items()
}
INTERPOLATION = "linear interpolation"  # a variant without a network


def trained(found: Iterable[str]) -> list[str]:
    """The variants among `found` that are networks, in the order of `VARIANT_NAMES`. Raises a
    `ValueError` for a variant that has no name there."""
    return sorted(set(found) - {INTERPOLATION}, key=list(VARIANT_NAMES).index)
