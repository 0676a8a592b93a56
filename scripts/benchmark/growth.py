"""How cost grows with size: the curves of a benchmark, analyzed."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize


class Growth(NamedTuple):
    """How one curve runs.

    seconds = fixed + per_flop FLOP, fitted to relative differences, both at least zero: what
    every call of an operation costs, however little it has to do, and what arithmetic costs.
    Where the FLOP do not even double, the two cannot be told apart, and are NaN.
    """

    cost_exponent: float  # p of cost ∝ size^p, over the upper half of the sizes
    flop_exponent: float
    fixed: float  # CPU seconds
    per_flop: float  # CPU seconds a FLOP
    crossing: float  # the size at which both parts are equal; 0 or infinite beyond the sizes
    share_of_peak: float  # FLOP a CPU second of the largest size, of a large product's


def analyze(curve: pd.DataFrame, peak: float) -> Growth:
    """The `Growth` of a curve, a row a size: size, cpu_seconds, flop; peak: FLOP a CPU second."""
    curve = curve.sort_values("size")
    size, seconds, flop = (curve[name].to_numpy(float) for name in ("size", "cpu_seconds", "flop"))
    upper = slice(min(len(size) // 2, len(size) - 2), None)

    def exponent(values: np.ndarray) -> float:
        return float(np.polyfit(np.log(size[upper]), np.log(values[upper]), 1)[0])

    rate = float(flop[-1] / seconds[-1] / peak)
    if flop.max() < 2 * flop.min():
        return Growth(exponent(seconds), exponent(flop), np.nan, np.nan, np.nan, rate)
    # Columns of about one size, as non-negative least squares needs them.
    scale = flop.max()
    (fixed, arithmetic), _ = optimize.nnls(
        np.column_stack([1 / seconds, flop / scale / seconds]), np.ones(len(size))
    )
    per_flop = arithmetic / scale
    return Growth(
        exponent(seconds), exponent(flop), float(fixed), float(per_flop),
        _crossing(size, per_flop * flop - fixed), rate,
    )  # fmt: skip


def _crossing(size: np.ndarray, excess: np.ndarray) -> float:
    """Where `excess` becomes positive, between two sizes in proportion; 0 where it always is,
    infinite where it never is."""
    if excess[0] >= 0:
        return 0.0
    if excess[-1] < 0:
        return np.inf
    after = int(np.argmax(excess >= 0))
    part = -excess[after - 1] / (excess[after] - excess[after - 1])
    return float(size[after - 1] + part * (size[after] - size[after - 1]))


def growth_curves(benchmark: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, Growth]]:
    """The curves of a benchmark's table, a row a size (size, cpu_seconds, flop and, of the
    smallest and the largest, share_of_products), analyzed."""
    rows = benchmark[benchmark.study == "growth"]
    found = {}
    for name, of_curve in rows.groupby("variant", sort=False):
        peak = of_curve[of_curve.metric == "peak"].value.iloc[0]
        sizes = of_curve[of_curve["size"].notna()]
        curve = sizes.pivot(index="size", columns="metric", values="value").reset_index()
        found[str(name)] = (curve, analyze(curve, peak))
    return found
