"""Deep learning for scientists and engineers: the modules of the workflow."""

import importlib


def __getattr__(name: str):
    """`dlse.load_model`, imported on first use. So a dry run, which reads this package, does not
    import torch, and a job's fingerprint holds only the modules that the job names."""
    if name == "load_model":
        return importlib.import_module("dlse.models").load_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
