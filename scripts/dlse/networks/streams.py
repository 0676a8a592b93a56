"""Random numbers: one independent stream per seed and purpose."""

import hashlib

import torch


def generator(seed: int | str, purpose: str) -> torch.Generator:
    """A stream of random numbers that depends on `seed` and `purpose` alone."""
    return torch.Generator().manual_seed(stream_seed(seed, purpose))


def stream_seed(seed: int | str, purpose: str) -> int:
    """What PyTorch's generator is seeded with for the stream of `seed` and `purpose`."""
    digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
