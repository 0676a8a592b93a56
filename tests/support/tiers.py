"""Two tiers of tests: `pytest` is quick and takes samples of large sets of cases; `pytest --all`
takes all cases, and the long tests, too."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest

SEED = 0  # of the samples, and of all else that tests draw

thorough = pytest.mark.thorough  # a test that is too long for the quick tier


class Tier:
    """The current tier, which conftest sets before any test is imported."""

    is_all = False


def tiered(quick: int, of_all: int) -> int:
    """The number for this tier."""
    return of_all if Tier.is_all else quick


def sampled(values: Iterable, kind: Callable[..., object] = type, each: int = 1) -> list:
    """All `values`; in the quick tier only `each` of every kind, always the same ones."""
    values = list(values)
    if Tier.is_all:
        return values
    kinds = defaultdict(list)
    for value in values:
        kinds[kind(value)].append(value)
    chosen = random.Random(SEED)
    return [v for of in kinds.values() for v in chosen.sample(of, min(each, len(of)))]
