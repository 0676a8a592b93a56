"""Random numbers: one independent stream per seed and purpose."""

import hashlib

import torch


def generator(seed: int | str, purpose: str) -> torch.Generator:
    """A stream of random numbers that depends on `seed` and `purpose` alone."""
    digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
