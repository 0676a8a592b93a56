"""What the hardware at hand offers for training: the device and the number format."""

import fcntl
import functools
import itertools
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import torch

from dlse.workflow.errors import UserError


def resolve_device(device: str) -> str:
    """The device for the setting `device`, "cpu" or "cuda": "auto" is a CUDA device if there is
    one, else the CPU. With several of them, "cuda" is from then on the one of this process: see
    `claim_gpu`.

    Raises `UserError` if "cuda" is asked for and there is no such device.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError(
            "config: device: cuda is asked for, but PyTorch finds no CUDA device here; "
            "write `device: auto` or `device: cpu`."
        )
    if device == "cpu" or not torch.cuda.is_available():
        return "cpu"
    claim_gpu()
    # Convolutions would otherwise round their factors to ten bits, where float32 is asked for.
    torch.backends.cudnn.allow_tf32 = False
    return "cuda"


@functools.cache
def claim_gpu() -> BinaryIO:
    """Make this process use the GPU that the fewest other jobs of this user have claimed.

    A claim is the lock of a file in the temporary folder, and is held until the process ends. A
    GPU has any number of places, each with its own file, and the first free place counts: jobs take
    one GPU each, and share GPUs evenly only if there are more jobs than GPUs. The files are named
    by the GPU itself, so that a scheduler may show each job other GPUs.

    Returns the locked file.
    """
    gpus = range(torch.cuda.device_count())
    names = [torch.cuda.get_device_properties(gpu).uuid for gpu in gpus]
    folder = Path(tempfile.gettempdir())
    places = ((gpu, place) for place in itertools.count() for gpu in gpus)
    claims = (
        (gpu, _locked(folder / f"dlse-{os.getuid()}-gpu-{names[gpu]}-{place}.lock"))
        for gpu, place in places
    )
    gpu, claim = next((gpu, claim) for gpu, claim in claims if claim is not None)
    torch.cuda.set_device(gpu)
    return claim


def _locked(path: Path) -> BinaryIO | None:
    """The file, locked until it is closed; None if another process has locked it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def free_memory() -> int:
    """The bytes of the GPU that this process may allocate: those that are free, and those that
    PyTorch has freed and keeps."""
    free, _ = torch.cuda.mem_get_info()
    return free + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()


def resolve_precision(precision: str, device: str = "cpu") -> torch.dtype:
    """The number format of matrix products and convolutions in training on `device`.

    "auto" is bfloat16 if the device multiplies it in hardware (a CPU by AMX or AVX-512, a GPU since
    NVIDIA's Ampere), else float32. Weights, their updates and every evaluation stay in float32.
    """
    if precision != "auto":
        return getattr(torch, precision)
    if device == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        has = torch.cpu.get_capabilities()
        native = has.get("amx_bf16") or has.get("avx512_bf16")
    return torch.bfloat16 if native else torch.float32


def format_name(dtype: torch.dtype) -> str:
    """The name of a number format, such as "float32"."""
    return str(dtype).removeprefix("torch.")
