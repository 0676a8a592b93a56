"""The names of the methods and variants of task 3 in figures and in the report."""

METHOD_NAMES = {"none": "none", "l1": "L1", "l2": "L2", "dropout": "dropout"}
VARIANT_NAMES = {  # each method with each recipe
    f"{method}_{recipe}": f"{name} ({recipe})"
    for recipe in ("narrow", "wide")
    for method, name in METHOD_NAMES.items()
}
