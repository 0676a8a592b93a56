"""What the hardware at hand offers for training: the device and the number format."""

import torch

from dlse.workflow.errors import UserError


def resolve_device(device: str) -> str:
    """The device for the setting `device`: "auto" is a CUDA device if there is one, else the CPU.

    Raises `UserError` if "cuda" is asked for and there is no such device.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError(
            "config: device: cuda is asked for, but PyTorch finds no CUDA device here; "
            "write `device: auto` or `device: cpu`."
        )
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def resolve_precision(precision: str) -> torch.dtype:
    """The number format of matrix products and convolutions in training.

    "auto" is bfloat16 if the CPU multiplies it in hardware (AMX or AVX-512), else float32.
    Weights, their updates and every evaluation stay in float32.
    """
    if precision == "auto":
        has = torch.cpu.get_capabilities()
        native = has.get("amx_bf16") or has.get("avx512_bf16")
        precision = "bfloat16" if native else "float32"
    return getattr(torch, precision)
