"""How many GPUs a job asks for; light enough for a dry run."""

import shutil


def gpus_for(device: str, torch_version: str) -> int:
    """The GPUs that a job that trains an ensemble asks for, by the config's `device`: one for
    "cuda"; for "auto" one where this machine has one that this build of PyTorch can use."""
    has_gpu = shutil.which("nvidia-smi") is not None and "+cpu" not in torch_version
    return int(device == "cuda" or (device == "auto" and has_gpu))
