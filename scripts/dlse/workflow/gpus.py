"""How many GPUs a job requests. A dry run reads this, so it imports no torch."""

import shutil


def gpus_for(device: str, nodes_have_gpus: bool | None, torch_version: str) -> int:
    """The number of GPUs that a job requests whose networks run on `device`, of the config.

    "auto" requests one if the nodes have some. Where the config does not say whether they do, they
    do if this machine has a GPU that this build of PyTorch can use.
    """
    if device != "auto":
        return int(device == "cuda")
    if nodes_have_gpus is None:
        nodes_have_gpus = shutil.which("nvidia-smi") is not None and "+cpu" not in torch_version
    return int(nodes_have_gpus)
