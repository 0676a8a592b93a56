"""Random numbers: a stream of its own for each seed and purpose."""

import hashlib

import torch


def generator(seed: int | str, purpose: str) -> torch.Generator:
    """A stream of random numbers of its own for each `seed` and `purpose`."""
    digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
