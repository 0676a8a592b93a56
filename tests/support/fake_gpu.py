"""A GPU on a machine that has none: PyTorch's tensors without values, on the device "meta".

They are what fake tensors of the device "cuda" are made of, which a build of PyTorch without CUDA
cannot differentiate. Tensors on the CPU are real.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from unittest.mock import patch

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten
FAKE = "meta"  # the device


@contextmanager
def fake_gpu(free: int = 2**30) -> Iterator[None]:
    """In the body of a `with`, `FAKE` is a GPU with so many bytes of free memory: what is wrong on
    a GPU raises there, too, and what is copied from it to the CPU is random.

    Raises a `RuntimeError` where an operation mixes tensors of both devices, even where a GPU would
    copy the one on the CPU, and wait for it.
    """
    with ExitStack() as entered:
        entered.enter_context(patch("dlse.networks.ensemble.free_memory", lambda: free))
        entered.enter_context(patch("torch.autocast", _autocast))
        devices = "torch.optim.optimizer._get_fused_kernels_supported_devices"
        entered.enter_context(patch(devices, lambda: [FAKE]))
        entered.enter_context(_OneDevice())
        yield


def _autocast(device_type: str, **_):
    """Autocast of another device does nothing on a GPU."""
    assert device_type == FAKE, f"autocast of {device_type}"
    return nullcontext()


class _OneDevice(TorchDispatchMode):
    """Refuses operations that mix devices, and gives a value to who reads one."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [of for of in tree_leaves((args, kwargs)) if isinstance(of, Tensor)]
        devices = {tensor.device.type for tensor in tensors}
        packet = function.overloadpacket
        if packet is aten.copy_:
            target, source = tensors
            if devices == {FAKE, "cpu"} and target.device.type == "cpu":
                return target.copy_(_random(source))
        elif len(devices) > 1:
            found = [(tensor.device.type, tuple(tensor.shape)) for tensor in tensors]
            raise RuntimeError(f"{function} of tensors on both devices: {found}")
        if devices == {FAKE}:
            if packet is aten._to_copy and torch.device(kwargs.get("device") or FAKE).type == "cpu":
                return _random(args[0]).to(kwargs.get("dtype") or args[0].dtype)
            if packet is aten._local_scalar_dense:
                return _random(args[0]).item()
            if packet is aten.nonzero:
                return _places(args[0])
            if packet is aten._fused_sgd_:
                return None  # it has no kernel without values, and changes none but these
            if packet is aten.index:
                args = (args[0], _without_masks(args[1]))
        return function(*args, **kwargs)


def _random(tensor: Tensor) -> Tensor:
    stream = torch.Generator().manual_seed(0)
    return torch.rand(tensor.shape, generator=stream).to(tensor.dtype)


def _places(mask: Tensor) -> Tensor:
    """Where a mask without values holds, if it holds everywhere."""
    return mask.new_empty((mask.numel(), mask.ndim), dtype=torch.long)


def _without_masks(indices: list[Tensor | None]) -> list[Tensor | None]:
    found = []
    for index in indices:
        is_mask = index is not None and index.dtype == torch.bool
        found += _places(index).unbind(1) if is_mask else [index]
    return found
