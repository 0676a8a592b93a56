"""Task 2: the functions to be learned, and the outcomes by which what was learned is told apart."""

import math

import torch
from torch import Tensor

from dlse.networks.problems import Problem, rel_l2

GOOD = 0.05  # A network is good if its relative L² error is below this,
COLLAPSED = 0.01  # and collapsed if its standard deviation is below this share of the target's.


def runge(x: Tensor) -> Tensor:
    """1/(1 + 25x²) (Runge 1901)."""
    return 1 / (1 + 25 * x**2)


# 128 points fill whole vector registers for every width.
RUNGE = Problem(runge, -1.0, 1.0, 128)
# As in Lu, Shin, Su, Karniadakis 2020 (Commun. Comput. Phys. 28, 1671), x has variance one.
ABSOLUTE = Problem(torch.abs, -math.sqrt(3), math.sqrt(3), 128)
PROBLEMS = {"runge": RUNGE, "absolute": ABSOLUTE}


def describe(
    x: Tensor, values: Tensor, slopes: Tensor, truth: Tensor, mean: Tensor
) -> dict[str, Tensor]:
    """What became of functions with `values` and `slopes` `[S, N]` at `x [N]`, each `[S]`.

    dead: the slope is exactly zero everywhere.
    collapsed: the function hardly varies (see `COLLAPSED`); dead ones are included.
    one_sided: the function is constant on exactly one half of the interval.
    good: the relative L² error `rel_l2` from `truth` is below `GOOD`.
    offset: the distance of the function's mean from `mean`, that of the data.
    """
    off = slopes == 0
    left, right = off[:, x < 0].all(1), off[:, x > 0].all(1)
    error = rel_l2(values, truth)
    collapsed = values.std(1) < COLLAPSED * truth.std()
    return {
        "dead": left & right,
        "collapsed": collapsed,
        "one_sided": (left ^ right) & ~collapsed,
        "good": error < GOOD,
        "rel_l2": error,
        "offset": (values.mean(1) - mean).abs(),
    }
