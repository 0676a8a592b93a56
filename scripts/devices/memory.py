"""The largest memory that tensors take on a device."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch


@dataclass
class Peak:
    """bytes: on a GPU, of its tensors while the body ran; on the CPU, of the whole process."""

    bytes: int = 0


@contextmanager
def peak_memory(device: str) -> Iterator[Peak]:
    """Yields the `Peak` of the body of a `with`, which is known after it."""
    peak = Peak()
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    yield peak
    if device == "cuda":
        peak.bytes = torch.cuda.max_memory_allocated()
    else:
        peak.bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
