"""Trained networks as files: safetensors, whose metadata say what the weights belong to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from dlse.workflow.errors import UserError
from dlse.workflow.whole_files import damaged, whole_file


class Weights(NamedTuple):
    """The content of such a file."""

    kind: str  # "cnn", "autoencoder" or "generators"
    settings: dict  # what the network is built from, and how it was trained
    dataset: str
    state: dict[str, Tensor]


def save_weights(
    state: Mapping[str, Tensor], path: str | Path, kind: str, settings: dict, dataset: str
) -> None:
    """Write the tensors `state` as safetensors; the rest becomes its metadata."""
    about = {"kind": kind, "settings": json.dumps(settings), "dataset": dataset}
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    with whole_file(path) as beside:
        beside.write_bytes(safetensors.torch.save(tensors, metadata=about))


def load_weights(path: str | Path) -> Weights:
    """What `save_weights` wrote; a `UserError` where `path` is no such file."""
    try:
        with safe_open(path, "pt") as stored:
            about = stored.metadata() or {}
            state = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        return Weights(about["kind"], json.loads(about["settings"]), about["dataset"], state)
    except FileNotFoundError:
        raise UserError(
            f"There is no file {path}; `snakemake {path}` makes it, if it is one of the workflow's."
        ) from None
    except (SafetensorError, KeyError):
        network = "network of this workflow, such as results/cnn/seed0/model.safetensors"
        raise damaged(path, network) from None
