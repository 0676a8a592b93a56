"""What the training of the larger networks, with PyTorch's modules, has in common."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ConstantLR, LRScheduler, OneCycleLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.flop_counter import FlopCounterMode

from dlse.networks.streams import generator
from dlse.workflow.clock import Clock

AVERAGED_FROM = 0.6  # share of the steps after which averaging begins


def initialized(build, seed: int) -> nn.Module:
    """The network that `build()` makes, its weights drawn from the stream of `seed`."""
    with torch.random.fork_rng():
        torch.manual_seed(generator(seed, "weights").initial_seed())
        return build()


def device_of(model: nn.Module) -> torch.device:
    """Where the parameters of `model` are."""
    return next(model.parameters()).device


def autocast(dtype: torch.dtype, device: torch.device) -> torch.autocast:
    """The context in which a forward pass on `device` multiplies in `dtype`."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16)


def adamw(model: nn.Module, learning_rate: float, weight_decay: float) -> torch.optim.Optimizer:
    """AdamW (Loshchilov & Hutter 2019). Weight decay acts on matrices and kernels, not on biases
    and normalizations."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim <= 1]
    return torch.optim.AdamW(
        [{"params": decayed}, {"params": rest, "weight_decay": 0.0}],
        lr=learning_rate,
        weight_decay=weight_decay,
        betas=(0.9, 0.99),
        fused=True,
    )


def one_cycle(optimizer: torch.optim.Optimizer, learning_rate: float, steps: int) -> LRScheduler:
    """A one-cycle schedule (Smith & Topin 2018): the rate rises to `learning_rate` over the first
    fifth of `steps`, then falls to zero."""
    return OneCycleLR(
        optimizer,
        learning_rate,
        total_steps=steps,
        pct_start=0.2,
        cycle_momentum=False,
        final_div_factor=1000,
    )


def fitting_batch_size(batch_size: int, n: int) -> int:
    """`batch_size`, or less where n samples would make fewer than 50 batches of it: a small
    data set trained for the same epochs still gives the optimizer steps to go."""
    return max(2, min(batch_size, n // 50))


def batches(
    n: int, batch_size: int, stream: torch.Generator, device: torch.device | str = "cpu"
) -> Iterator[Tensor]:
    """The indices 0 … n − 1 in random order, on `device`, cut into whole batches; the rest is left
    out."""
    order = torch.randperm(n, generator=stream).to(device)
    for start in range(0, n - batch_size + 1, batch_size):
        yield order[start : start + batch_size]


def fit(
    model: nn.Module,
    loss: Callable[[Tensor], Tensor],
    n: int,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    weight_decay: float,
    seed: int,
    watch: Callable[[], dict[str, float]],
    constant_rate: bool = False,
    averaging: float = 0.0,
) -> tuple[list[dict], float]:
    """Train `model`, where it is, on n samples, in an order of its own for each `seed`.

    loss: from the indices of a batch, on the model's device, to its mean loss.
    watch: called after each epoch with the clock stopped; what it returns is recorded and
        printed. Nothing is chosen by it: what is left in `model`, and is watched last, are the last
        weights or, with `averaging`, their `running_average`.
    constant_rate: whether `learning_rate` holds for all steps, and is not the peak of `one_cycle`.
    averaging: the window of the average as a share of all steps; 0 for no average. It begins after
        the share `AVERAGED_FROM` of the steps.

    Returns one record per epoch (step, cpu_seconds and the watched values), and the FLOPs.
    """
    batch_size = fitting_batch_size(batch_size, n)
    steps = n // batch_size * epochs
    optimizer = adamw(model, learning_rate, weight_decay)
    if constant_rate:
        schedule = ConstantLR(optimizer, factor=1.0)
    else:
        schedule = one_cycle(optimizer, learning_rate, steps)
    order, device = generator(seed, "order"), device_of(model)
    average = running_average(model, max(1.0, averaging * steps)) if averaging > 0 else None
    step, unaveraged = 0, int(AVERAGED_FROM * steps)
    model.train()
    records = []
    clock = Clock()
    for epoch in range(1, epochs + 1):
        for batch in batches(n, batch_size, order, device):
            optimizer.zero_grad()
            loss(batch).backward()
            optimizer.step()
            schedule.step()
            step += 1
            if average is not None and step > unaveraged:
                average.update_parameters(model)
        if average is not None and epoch == epochs:
            model.load_state_dict(average.module.state_dict())
        watched = clock.pause(watch)
        records.append({"step": epoch, "cpu_seconds": clock.seconds(), **watched})
        progress(epoch, epochs, clock, **watched)
    model.eval()  # so that counting leaves the running statistics alone
    with FlopCounterMode(display=False) as counter:
        loss(torch.arange(batch_size, device=device)).backward()
    optimizer.zero_grad()
    return records, float(counter.get_total_flops()) * steps


def running_average(model: nn.Module, window: float) -> AveragedModel:
    """An exponential moving average of a model's weights and buffers, such as the statistics of
    batch normalization, over a window that grows with the number of updates: `window` is of how
    many updates it is at most. Until then, all updates count the same."""

    def update(averages: list[Tensor], values: list[Tensor], updates: Tensor) -> None:
        for average, value in zip(averages, values, strict=True):
            if value.is_floating_point():
                average.lerp_(value, 1 / min(int(updates) + 1, window))
            else:  # the number of batches seen
                average.copy_(value)

    return AveragedModel(model, multi_avg_fn=update, use_buffers=True)


def n_parameters(model: nn.Module) -> int:
    """How many numbers the optimizer adjusts."""
    return sum(p.numel() for p in model.parameters())


def progress(epoch: int, epochs: int, clock: Clock, **values: float) -> None:
    """Print one line about an epoch: what was watched, the rate and the time left."""
    spent = clock.seconds()
    left = spent / epoch * (epochs - epoch)
    shown = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
    print(f"epoch {epoch:3d}/{epochs}  {shown}  {spent / epoch:.1f} s/epoch, {left:.0f} s left")


def as_tensor(array: np.ndarray) -> Tensor:
    """`array` as a tensor in ordinary memory, whatever file it is mapped from."""
    return torch.from_numpy(np.array(array))
