"""What the hardware at hand offers for training: the device and the number format."""

import torch

from dlse.workflow.errors import UserError


def resolve_device(device: str) -> str:
    """The device for the setting `device`, "cpu" or "cuda": "auto" is a CUDA device if there is
    one, else the CPU.

    Raises `UserError` if "cuda" is asked for and there is no such device.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError(
            "config: device: cuda is asked for, but PyTorch finds no CUDA device here; "
            "write `device: auto` or `device: cpu`."
        )
    if device == "cpu" or not torch.cuda.is_available():
        return "cpu"
    # Convolutions would otherwise round their factors to ten bits, where float32 is asked for.
    torch.backends.cudnn.allow_tf32 = False
    return "cuda"


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
