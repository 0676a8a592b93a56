"""Deep learning for scientists and engineers: all that this workflow computes."""

import importlib


def __getattr__(name: str):
    """`dlse.load_model`, on first use: a dry run, which reads this package, imports no torch, and
    a job's fingerprint holds only the modules that it names."""
    if name == "load_model":
        return importlib.import_module("dlse.models").load_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
