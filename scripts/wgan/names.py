"""Names and constants of tasks 6 to 8. What trains does not import them, so that a label never
makes a network stale."""

ACCURACY = 0.05  # the assignment's 5 %: a generator is accurate while its headline is below it
TASKS = {"uniform5": "task6", "uniform20": "task7"}  # the runs of two tasks
# What differs between runs, by the first part of their names.
VARIANTS = {
    "uniform": "linear output",
    "two_sided": "two-sided penalty",
    "wide": "larger critic and batches, longer",
    "tanh": "tanh at the output",
    "fold": "folded output",
}
OUTPUT_LABELS = {"uniform": "linear", "tanh": "tanh", "fold": "fold"}
