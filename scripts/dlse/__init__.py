"""Deep learning for scientists and engineers: the modules of the workflow."""

import importlib


def __getattr__(name: str):
    """`dlse.load_model`, imported on first use: a dry run reads this package without torch, and the
    fingerprint of a job holds only the modules that it names."""
    if name == "load_model":
        return importlib.import_module("dlse.models").load_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
