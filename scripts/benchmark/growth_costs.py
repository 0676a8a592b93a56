"""How cost grows with size: CPU seconds beside the operations that are counted."""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
import torch._dynamo  # the profiler needs what other jobs do without (dlse.job)
from dlse.studies.ensemble.timing import training_seconds
from torch.profiler import ProfilerActivity, profile

from dlse.networks.ensemble import Perceptron
from dlse.results.timing import in_turn

PRODUCTS = (  # PyTorch's names of what the FLOP are counted of
    "aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm",
    "aten::mkldnn_convolution", "aten::convolution_backward",
)  # fmt: skip


class Cost(NamedTuple):
    """What one piece of work took, and the FLOP in its matrix products and convolutions."""

    cpu_seconds: float
    flop: float


def grow(
    sizes: Sequence[int], measure: Callable[[int], Cost], rounds: int
) -> dict[int, list[Cost]]:
    """`measure` of each size, `rounds` times, all sizes in turn."""
    costs: dict[int, list[Cost]] = {size: [] for size in sizes}

    def timed(size: int) -> float:
        costs[size].append(measure(size))
        return costs[size][-1].cpu_seconds

    in_turn({str(size): lambda size=size: timed(size) for size in sizes}, rounds)
    return {size: of_size[1:] for size, of_size in costs.items()}  # the first round loads


def share_of_products(measure: Callable[[], Cost], times: int) -> float:
    """Of the time that `measure` finds, the share of `PRODUCTS`, by PyTorch's profiler, whose own
    time counts as other. times: how many steps there are in what `measure` does, if its cost is
    that of one."""
    wall, cpu = time.perf_counter(), time.process_time()
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        cost = measure()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    spent = sum(op.self_cpu_time_total for op in profiler.key_averages() if op.key in PRODUCTS)
    # The profiler reads the wall clock, which runs on while others have the core.
    return spent / 1e6 * cpu / wall / (times * cost.cpu_seconds)


def ensemble_step(network: Perceptron, points: int, members: int, steps: int) -> Cost:
    """One step of all members: three products a layer (forward, and for the gradients of its
    weights and of its input), less the gradient of the network's input."""
    seconds = training_seconds(network, members, points, steps)
    products = [ins * outs for ins, outs in pairwise(network.widths)]
    flop = 2 * points * members * (3 * sum(products) - products[0])
    return Cost(seconds / steps, float(flop))


def pca_flop(n: int, dim: int) -> float:
    """Of the scatter matrix of n samples, half of which is mirrored, and of its eigenvectors
    (9 dim³; Golub & Van Loan, Matrix Computations, section 8.3)."""
    return float(n * dim**2 + 9 * dim**3)


def growth_rows(
    name: str, dataset: str, costs: Mapping[int, Sequence[Cost]], shares: Mapping[int, float],
    dtype: torch.dtype, peak: float,
) -> list[dict]:  # fmt: skip
    """The rows of one curve, for a metrics table: of each size the median CPU seconds, the FLOP
    and, where known, the share of products; the peak of a product of that number format."""
    common = {"study": "growth", "dataset": dataset, "variant": name}
    rows = [{**common, "split": str(dtype).removeprefix("torch."), "metric": "peak",
             "value": peak, "unit": "1/CPU s"}]  # fmt: skip
    for size, of_size in costs.items():
        seconds = float(np.median([cost.cpu_seconds for cost in of_size]))
        rows += [
            {**common, "size": size, "metric": "cpu_seconds", "value": seconds, "unit": "CPU s",
             "rounds": len(of_size)},
            {**common, "size": size, "metric": "flop", "value": of_size[0].flop, "unit": "1"},
        ]  # fmt: skip
        print(f"{name} {size}: {seconds:.4g} CPU s, {of_size[0].flop:.3g} FLOP")
    rows += [
        {**common, "size": size, "metric": "share_of_products", "value": share, "unit": "1"}
        for size, share in shares.items()
    ]
    return rows
