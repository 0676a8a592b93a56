"""How many GPUs a job requests. A dry run reads this, so it imports no torch."""

import shutil


def gpus_for(device: str, torch_version: str) -> int:
    """The number of GPUs that a job requests to train an ensemble. device: from the config; "auto"
    requests one if this machine has a GPU that this build of PyTorch can use."""
    has_gpu = shutil.which("nvidia-smi") is not None and "+cpu" not in torch_version
    return int(device == "cuda" or (device == "auto" and has_gpu))
