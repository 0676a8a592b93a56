"""The names of the methods of task 3 in figures and in the report."""

METHOD_NAMES = {"none": "none", "l1": "L1", "l2": "L2", "dropout": "dropout"}
